import type {
  Catalog,
  DatasetRow,
  Finding,
  RunConfig,
  ViewChoice,
} from '../../preload/contract/vocabulary.ts';

/** What a rule looks at. */
interface Case {
  readonly config: RunConfig;
  readonly dataset: DatasetRow;
  /** True for methods that learn by making views of one sample alike. */
  readonly alike: boolean;
  readonly usesLabels: boolean;
  /** What a view is called where people read it. */
  readonly viewTitle: (id: string) => string;
}

type Rule = (given: Case) => readonly Finding[];

/** Warnings about a valid config: shortcuts, views that destroy a class or a group, settings that invite collapse, weak audits. */
export function lint(config: RunConfig, dataset: DatasetRow, catalog: Catalog): readonly Finding[] {
  const method = catalog.methods.find((entry) => entry.id === config.method.id);
  const usesLabels = method?.usesLabels ?? false;
  // Pretext tasks with an answer of their own (such as which way is up) do not ask views to be alike.
  const alike =
    !usesLabels &&
    method?.family !== undefined &&
    /contrastive|distillation|redundancy|clustering/i.test(method.family);
  const viewTitle = (id: string): string => catalog.views.find((entry) => entry.id === id)?.title ?? id;
  const ofPictures: readonly Rule[] = [
    colourRemoved, shortcutByColour, shortcutByCrop, cropTooStrong, writingMirrored, rotationContradicts, shortcutOfTiles,
  ]; // prettier-ignore
  const rules: readonly Rule[] = [
    ...(dataset.modality === 'image' ? ofPictures : [viewsAlike]), batchTooSmall, optimizerUnusual, temperatureExtreme, noAuditFeature, groupTooSmall, tooFewSamples, bankTooSmall, transductive,
  ]; // prettier-ignore
  return rules.flatMap((rule) => rule({ config, dataset, alike, usesLabels, viewTitle }));
}

const COLOUR_VIEWS = ['colourJitter', 'grayscale'];
const COLOUR_FEATURE = /colou?r|hue|skin|tone|race|ethnic/i;

/** Switched-on views with their place in the config. */
function viewsOf(config: RunConfig): readonly { readonly view: ViewChoice; readonly path: string }[] {
  return config.views
    .map((view, index) => ({ view, path: `views.${index}` }))
    .filter(({ view }) => view.enabled);
}

function find(
  config: RunConfig,
  ids: readonly string[],
): readonly { readonly view: ViewChoice; readonly path: string }[] {
  return viewsOf(config).filter(({ view }) => ids.includes(view.id));
}

function colourFeatures({ dataset }: Case): readonly string[] {
  if (dataset.shape[2] !== 3) return [];
  return dataset.sensitive.map((feature) => feature.name).filter((name) => COLOUR_FEATURE.test(name));
}

/** `Colour jitter and grayscale`: only the first keeps its capital. */
function listed(titles: readonly string[]): string {
  return [...new Set(titles)]
    .map((title, at) => (at === 0 ? title : title.charAt(0).toLowerCase() + title.slice(1)))
    .join(' and ');
}

function colourRemoved(given: Case): readonly Finding[] {
  const features = colourFeatures(given);
  const views = find(given.config, COLOUR_VIEWS);
  const [first] = views;
  if (features.length === 0 || !first) return [];
  const [one, those] = views.length === 1 ? ['removes', 'This view hides'] : ['remove', 'These views hide'];
  return [
    {
      severity: 'warning',
      path: first.path,
      title: `${listed(views.map(({ view }) => given.viewTitle(view.id)))} ${one} colour`,
      detail:
        `The sensitive feature ${features.join(', ')} shows in colour. ${those} it from the encoder, which changes the audit's answer: ` +
        'compare with a run without.',
    },
  ];
}

function shortcutByColour({ config, dataset, alike, viewTitle }: Case): readonly Finding[] {
  if (!alike || dataset.shape[2] !== 3 || find(config, COLOUR_VIEWS).length > 0) return [];
  return [
    {
      severity: 'warning',
      path: 'views',
      title: 'Colour is a shortcut',
      detail:
        'No view changes colour, so that two views of an image share their colour histogram and the encoder may rely on it alone. ' +
        `Add ${COLOUR_VIEWS.map((id) => viewTitle(id).toLowerCase()).join(' or ')}, unless this is what you study.`,
    },
  ];
}

function shortcutByCrop({ config, alike, viewTitle }: Case): readonly Finding[] {
  if (!alike || find(config, ['resizedCrop', 'rotation']).length > 0) return [];
  return [
    {
      severity: 'warning',
      path: 'views',
      title: 'The views are nearly the same image',
      detail: `No view changes where things are. Without ${viewTitle('resizedCrop').toLowerCase()} the task is solved by comparing pixels.`,
    },
  ];
}

/** The one shortcut that tables, series and texts share. */
function viewsAlike({ config, dataset, alike }: Case): readonly Finding[] {
  if (!alike || viewsOf(config).length > 0) return [];
  return [
    {
      severity: 'warning',
      path: 'views',
      title: 'The views are the same',
      detail: `Without a view both copies of a sample are identical, and the task is solved by comparing them. Add a view of ${dataset.modality} data.`,
    },
  ];
}

function cropTooStrong({ config }: Case): readonly Finding[] {
  return find(config, ['resizedCrop']).flatMap(({ view, path }) => {
    const scale = view.params['scale'];
    const low = Array.isArray(scale) ? Number(scale[0]) : 1;
    if (low >= 0.15) return [];
    return [
      {
        severity: 'warning' as const,
        path: `${path}.params.scale`,
        title: 'Crops lose the object',
        detail: `A crop may keep only ${Math.round(low * 100)}% of the image; on small images that often holds no part of the class.`,
      },
    ];
  });
}

function writingMirrored({ config, dataset }: Case): readonly Finding[] {
  const writing = dataset.targets.some(
    ({ classes }) => classes.length >= 2 && classes.every((name) => /^(?:\d|[A-Za-z])$/.test(name)),
  );
  if (!writing) return [];
  return find(config, ['horizontalFlip']).map(({ path }) => ({
    severity: 'warning',
    path,
    title: 'Mirrored writing',
    detail: `The classes of ${dataset.name} are characters, whose left and right carry meaning: a mirrored 2 is no 2.`,
  }));
}

function rotationContradicts({ config }: Case): readonly Finding[] {
  if (config.method.id !== 'rotation') return [];
  return find(config, ['rotation']).map(({ view, path }) => {
    const degrees = Number(view.params['degrees'] ?? 0);
    const hopeless = degrees >= 45;
    return {
      severity: hopeless ? 'error' : 'warning',
      path,
      title: 'The view undoes the task',
      detail: hopeless
        ? `Rotation prediction asks which way is up, and this view turns images by up to ${degrees} degrees: the answer is lost.`
        : `Rotation prediction asks which way is up, and this view turns images by up to ${degrees} degrees, which blurs the answer and leaves black corners that give it away.`,
    };
  });
}

/** Why methods that look at a whole batch want it large, by method; below so many samples it is said. */
const BATCHES: Readonly<
  Record<string, { readonly below: number; readonly title: string; readonly why: (size: number) => string }>
> = {
  simclr: {
    below: 64,
    title: 'Few negatives',
    why: (size) =>
      `SimCLR compares each sample with the ${2 * (size - 1)} others of its batch; below 64 samples its accuracy drops.`,
  },
  clip: {
    below: 64,
    title: 'Few negatives',
    why: (size) =>
      `CLIP tells each pair from the ${size - 1} others of its batch; below 64 pairs that is soon too easy.`,
  },
  barlowTwins: {
    below: 64,
    title: 'Noisy correlations',
    why: (size) =>
      `Barlow Twins estimates correlations of its embedding from the batch; of ${size} samples they are mostly noise.`,
  },
  vicreg: {
    below: 64,
    title: 'Noisy covariances',
    why: (size) =>
      `VICReg estimates variances and covariances of its embedding from the batch; of ${size} samples they are mostly noise.`,
  },
};

function batchTooSmall({ config }: Case): readonly Finding[] {
  const { id, params } = config.method;
  const rule = Object.hasOwn(BATCHES, id) ? BATCHES[id] : undefined;
  if (rule && config.batchSize < rule.below)
    return [
      { severity: 'warning', path: 'batchSize', title: rule.title, detail: rule.why(config.batchSize) },
    ];
  const prototypes = Number(params['prototypes'] ?? 0);
  // Both large crops are shared out apart, so a batch gives as many codes as it has samples.
  if (id !== 'swav' || 3 * config.batchSize >= prototypes) return [];
  return [
    {
      severity: 'warning',
      path: 'batchSize',
      title: 'More prototypes than samples can share',
      detail: `SwAV shares ${prototypes} prototypes out among the ${config.batchSize} samples of a batch; below a third of their number most get none. Fewer prototypes help as well.`,
    },
  ];
}

/** Optimisers that a method or encoder was published with, where plain SGD at the usual rate rarely works. */
function optimizerUnusual({ config }: Case): readonly Finding[] {
  const usual = ['gan', 'bigan'].includes(config.method.id)
    ? 'with AdamW at a learning rate of 0.0002 and beta1 0.5'
    : config.encoder.id === 'vit'
      ? 'with AdamW at a learning rate near 0.001'
      : null;
  if (usual === null || config.optimizer.id === 'adamW') return [];
  const what = config.encoder.id === 'vit' ? 'Transformers' : 'Generator and discriminator';
  return [
    {
      severity: 'info',
      path: 'optimizer',
      title: 'Unusual optimiser',
      detail: `${what} are usually trained ${usual}; with ${config.optimizer.id} they often learn little.`,
    },
  ];
}

function shortcutOfTiles({ config, dataset }: Case): readonly Finding[] {
  if (config.method.id !== 'jigsaw') return [];
  const edges = Number(config.method.params['gap'] ?? 1) === 0;
  const colour = dataset.shape[2] === 3 && find(config, COLOUR_VIEWS).length === 0;
  return [
    ...(edges
      ? [
          {
            severity: 'warning' as const,
            path: 'method.params.gap',
            title: 'Tiles share their edges',
            detail:
              'Without a gap lines go on from tile to tile, which solves the puzzle without knowing what is in the image.',
          },
        ]
      : []),
    ...(colour
      ? [
          {
            severity: 'warning' as const,
            path: 'views',
            title: 'Colour gives places away',
            detail:
              'No view changes colour: lenses shift colours by place, and neighbours share them. Add colour jitter or grayscale.',
          },
        ]
      : []),
  ];
}

function temperatureExtreme({ config }: Case): readonly Finding[] {
  const temperature = config.method.params['temperature'];
  if (typeof temperature !== 'number' || (temperature >= 0.05 && temperature <= 1)) return [];
  const low = temperature < 0.05;
  return [
    {
      severity: low ? 'warning' : 'info',
      path: 'method.params.temperature',
      title: low ? 'Very low temperature' : 'High temperature',
      detail: low
        ? `At ${temperature} only the hardest negatives count, and single batches may make the loss explode; 0.1 to 0.5 is usual.`
        : `At ${temperature} all negatives count nearly alike and little is learned; 0.1 to 0.5 is usual.`,
    },
  ];
}

function noAuditFeature({ config, dataset }: Case): readonly Finding[] {
  if (config.audit.features.length > 0) return [];
  return [
    {
      severity: dataset.sensitive.length > 0 ? 'warning' : 'info',
      path: 'audit.features',
      title: 'No audit feature',
      detail:
        dataset.sensitive.length > 0
          ? `Nothing will be measured by group, although ${dataset.name} has ${dataset.sensitive.map((feature) => feature.name).join(', ')}.`
          : `${dataset.name} has no sensitive feature: its runs cannot be audited by group.`,
    },
  ];
}

function groupTooSmall({ config, dataset }: Case): readonly Finding[] {
  return dataset.sensitive
    .filter((feature) => config.audit.features.includes(feature.name))
    .flatMap((feature) => {
      const total = feature.counts.reduce((sum, count) => sum + count, 0);
      const small = feature.values.filter((value, code) => {
        const count = feature.counts[code] ?? 0;
        return value !== 'unknown' && count > 0 && count < 0.05 * total;
      });
      if (small.length === 0) return [];
      return [
        {
          severity: 'warning' as const,
          path: 'audit.features',
          title: 'Small group',
          detail: `In ${feature.name}, ${small.join(', ')} ${small.length === 1 ? 'holds' : 'each hold'} under 5% of the samples: the encoder sees little of them and intervals will be wide.`,
        },
      ];
    });
}

function tooFewSamples({ config, dataset }: Case): readonly Finding[] {
  const available = dataset.splits.pretrain;
  const used = config.maxSamples > 0 ? Math.min(config.maxSamples, available) : available;
  if (used < config.batchSize) {
    return [
      {
        severity: 'error',
        path: config.maxSamples > 0 && config.maxSamples < available ? 'maxSamples' : 'batchSize',
        title: 'Less than one batch',
        detail: `The pretrain split gives ${used} samples, which is less than one batch of ${config.batchSize}.`,
      },
    ];
  }
  if (used >= 10 * config.batchSize || config.maxSamples === 0) return [];
  return [
    {
      severity: 'info',
      path: 'maxSamples',
      title: 'Very few steps',
      detail: `${used} samples are ${Math.floor(used / config.batchSize)} steps per epoch: good to try things out, not to judge a method.`,
    },
  ];
}

function bankTooSmall({ config, dataset }: Case): readonly Finding[] {
  const bank = Math.min(config.monitor.bankSize, dataset.splits.validation);
  if (bank >= 512) return [];
  return [
    {
      severity: 'info',
      path: 'monitor.bankSize',
      title: 'Small bank',
      detail: `Monitors look at ${bank} validation samples; effective rank and kNN by group are noisy below about 2,048.`,
    },
  ];
}

/** Pretraining on every sample is a declared choice for methods without labels, and cheating for those with. */
function transductive({ dataset, usesLabels }: Case): readonly Finding[] {
  if (dataset.transductive !== true) return [];
  if (!usesLabels)
    return [
      {
        severity: 'info',
        path: 'dataset',
        title: 'Transductive pretraining',
        detail: `${dataset.name} was declared so: the encoder sees every sample without its label, also those that it is judged by. Reports say it.`,
      },
    ];
  return [
    {
      severity: 'error',
      path: 'method',
      title: 'Labels of the audit split would be learnt',
      detail: `The pretrain split of ${dataset.name} holds every sample (transductive pretraining), and this method uses its labels.`,
    },
  ];
}
