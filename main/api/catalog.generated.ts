import type { Catalog } from '../../preload/contract/vocabulary.ts';

// Written by `npm run catalog`; a test proves it current. Do not edit.

/** The engine's part of the catalog; the first entry of each list is the default. */
export const engineCatalog = {
  methods: [
    {
      id: 'simclr',
      title: 'SimCLR',
      summary: 'Learns by recognising two views of the same sample among all other samples of the batch.',
      params: {
        temperature: {
          kind: 'float',
          default: 0.5,
          min: 0.01,
          max: 10,
          log: true,
          doc: 'Divides similarities; lower punishes near negatives harder.',
        },
        projectorHidden: {
          kind: 'int',
          default: 128,
          min: 8,
          max: 8192,
          doc: 'Width of the projector’s hidden layer.',
        },
        projectorDim: {
          kind: 'int',
          default: 64,
          min: 4,
          max: 4096,
          doc: 'Width of the embedding that the loss compares.',
        },
        projectorNorm: {
          kind: 'bool',
          default: true,
          doc: 'Batch norm in the projector’s hidden layer, as in the authors’ code; without it short runs learn little.',
        },
      },
      family: 'Contrastive',
      reference: {
        paper:
          'Chen, Kornblith, Norouzi, Hinton: A simple framework for contrastive learning of visual representations, ICML 2020',
        url: 'https://arxiv.org/abs/2002.05709',
        code: 'https://github.com/google-research/simclr',
      },
      modalities: ['image', 'table', 'series', 'text'],
      defaultViews: [
        {
          id: 'resizedCrop',
          params: {
            scale: [0.2, 1],
            ratio: [0.75, 1.3333333333333333],
          },
          enabled: true,
        },
        {
          id: 'horizontalFlip',
          params: {
            p: 0.5,
          },
          enabled: true,
        },
        {
          id: 'colourJitter',
          params: {
            brightness: 0.8,
            contrast: 0.8,
            saturation: 0.8,
            hue: 0.2,
            p: 0.8,
          },
          enabled: true,
        },
        {
          id: 'grayscale',
          params: {
            p: 0.2,
          },
          enabled: true,
        },
      ],
      viewsByModality: {
        table: [
          {
            id: 'featureCorruption',
            params: {
              rate: 0.6,
              of: 'second',
            },
            enabled: true,
          },
        ],
        series: [
          {
            id: 'seriesScaling',
            params: {
              sigma: 0.1,
            },
            enabled: true,
          },
          {
            id: 'seriesNegation',
            params: {
              p: 0.5,
            },
            enabled: true,
          },
        ],
        text: [
          {
            id: 'tokenCrop',
            params: {
              scale: [0.5, 1],
            },
            enabled: true,
          },
          {
            id: 'tokenMask',
            params: {
              rate: 0.15,
            },
            enabled: true,
          },
        ],
      },
      hint: 'NT-Xent',
      usesLabels: false,
      viewCount: 2,
    },
    {
      id: 'barlowTwins',
      title: 'Barlow Twins',
      summary:
        'Learns by making each number of the embedding agree between two views and differ from all others.',
      params: {
        lambda: {
          kind: 'float',
          default: 0.005,
          min: 0.00001,
          max: 1,
          log: true,
          doc: 'Weight of the redundancy term against the invariance term.',
        },
        scale: {
          kind: 'float',
          default: 0.1,
          min: 0.001,
          max: 10,
          log: true,
          doc: 'Multiplies the whole loss; 0.1 is the small-image recipe.',
        },
        projectorHidden: {
          kind: 'int',
          default: 2048,
          min: 8,
          max: 8192,
          doc: 'Width of the projector’s two hidden layers.',
        },
        projectorDim: {
          kind: 'int',
          default: 2048,
          min: 4,
          max: 8192,
          doc: 'Width of the embedding; the method likes it wide.',
        },
      },
      family: 'Redundancy reduction',
      reference: {
        paper:
          'Zbontar, Jing, Misra, LeCun, Deny: Barlow Twins: self-supervised learning via redundancy reduction, ICML 2021',
        url: 'https://arxiv.org/abs/2103.03230',
        code: 'https://github.com/facebookresearch/barlowtwins',
      },
      modalities: ['image', 'table', 'series', 'text'],
      defaultViews: [
        {
          id: 'resizedCrop',
          params: {
            scale: [0.08, 1],
            ratio: [0.75, 1.3333333333333333],
          },
          enabled: true,
        },
        {
          id: 'horizontalFlip',
          params: {
            p: 0.5,
          },
          enabled: true,
        },
        {
          id: 'colourJitter',
          params: {
            brightness: 0.4,
            contrast: 0.4,
            saturation: 0.2,
            hue: 0.1,
            p: 0.8,
          },
          enabled: true,
        },
        {
          id: 'grayscale',
          params: {
            p: 0.2,
          },
          enabled: true,
        },
      ],
      viewsByModality: {
        table: [
          {
            id: 'featureCorruption',
            params: {
              rate: 0.6,
              of: 'second',
            },
            enabled: true,
          },
        ],
        series: [
          {
            id: 'seriesScaling',
            params: {
              sigma: 0.1,
            },
            enabled: true,
          },
          {
            id: 'seriesNegation',
            params: {
              p: 0.5,
            },
            enabled: true,
          },
        ],
        text: [
          {
            id: 'tokenCrop',
            params: {
              scale: [0.5, 1],
            },
            enabled: true,
          },
          {
            id: 'tokenMask',
            params: {
              rate: 0.15,
            },
            enabled: true,
          },
        ],
      },
      hint: 'cross-correlation',
      usesLabels: false,
      viewCount: 2,
    },
    {
      id: 'bigan',
      title: 'BiGAN',
      summary: 'Learns to give real images codes that belong to them as codes belong to generated images.',
      params: {
        latent: {
          kind: 'int',
          default: 64,
          min: 1,
          max: 1024,
          doc: 'Numbers of the latent code.',
        },
        generatorWidth: {
          kind: 'int',
          default: 32,
          min: 4,
          max: 512,
          step: 4,
          doc: 'Filters of the generator’s last hidden layer.',
        },
        hidden: {
          kind: 'int',
          default: 256,
          min: 4,
          max: 4096,
          doc: 'Width of the layer in which the discriminator joins image and code.',
        },
      },
      family: 'Generative',
      reference: {
        paper: 'Donahue, Krähenbühl, Darrell: Adversarial feature learning, ICLR 2017',
        url: 'https://arxiv.org/abs/1605.09782',
        code: 'https://github.com/jeffdonahue/bigan',
      },
      modalities: ['image'],
      defaultViews: [
        {
          id: 'horizontalFlip',
          params: {
            p: 0.5,
          },
          enabled: true,
        },
      ],
      hint: 'adversarial inference',
      usesLabels: false,
      viewCount: 1,
    },
    {
      id: 'byol',
      title: 'BYOL',
      summary:
        'Learns by predicting the embedding that a slowly following copy of itself gives another view.',
      params: {
        momentum: {
          kind: 'float',
          default: 0.99,
          min: 0,
          max: 1,
          step: 0.001,
          doc: 'Share of the target network that a step keeps at first; it rises to 1 along a cosine.',
        },
        projectorHidden: {
          kind: 'int',
          default: 1024,
          min: 8,
          max: 8192,
          doc: 'Width of the projector’s hidden layer.',
        },
        projectorDim: {
          kind: 'int',
          default: 256,
          min: 4,
          max: 4096,
          doc: 'Width of the embedding.',
        },
        predictorHidden: {
          kind: 'int',
          default: 1024,
          min: 4,
          max: 8192,
          doc: 'Width of the predictor’s hidden layer.',
        },
        predictor: {
          kind: 'bool',
          default: true,
          doc: 'Predicts the target’s embedding instead of comparing directly. Off only to watch the collapse that it prevents.',
        },
      },
      family: 'Distillation',
      reference: {
        paper:
          'Grill et al.: Bootstrap your own latent: a new approach to self-supervised learning, NeurIPS 2020',
        url: 'https://arxiv.org/abs/2006.07733',
        code: 'https://github.com/google-deepmind/deepmind-research/tree/master/byol',
      },
      modalities: ['image', 'table', 'series', 'text'],
      defaultViews: [
        {
          id: 'resizedCrop',
          params: {
            scale: [0.08, 1],
            ratio: [0.75, 1.3333333333333333],
          },
          enabled: true,
        },
        {
          id: 'horizontalFlip',
          params: {
            p: 0.5,
          },
          enabled: true,
        },
        {
          id: 'colourJitter',
          params: {
            brightness: 0.4,
            contrast: 0.4,
            saturation: 0.2,
            hue: 0.1,
            p: 0.8,
          },
          enabled: true,
        },
        {
          id: 'grayscale',
          params: {
            p: 0.2,
          },
          enabled: true,
        },
      ],
      viewsByModality: {
        table: [
          {
            id: 'featureCorruption',
            params: {
              rate: 0.6,
              of: 'second',
            },
            enabled: true,
          },
        ],
        series: [
          {
            id: 'seriesScaling',
            params: {
              sigma: 0.1,
            },
            enabled: true,
          },
          {
            id: 'seriesNegation',
            params: {
              p: 0.5,
            },
            enabled: true,
          },
        ],
        text: [
          {
            id: 'tokenCrop',
            params: {
              scale: [0.5, 1],
            },
            enabled: true,
          },
          {
            id: 'tokenMask',
            params: {
              rate: 0.15,
            },
            enabled: true,
          },
        ],
      },
      hint: 'moving-average target',
      usesLabels: false,
      viewCount: 2,
    },
    {
      id: 'clip',
      title: 'CLIP-style',
      summary: 'Learns by recognising which caption of the batch belongs to which image.',
      params: {
        projectorDim: {
          kind: 'int',
          default: 128,
          min: 4,
          max: 4096,
          doc: 'Width of the embedding in which images and texts are compared.',
        },
        textWidth: {
          kind: 'int',
          default: 128,
          min: 4,
          max: 1024,
          step: 4,
          doc: 'Numbers per token of the text encoder.',
        },
        textDepth: {
          kind: 'int',
          default: 2,
          min: 1,
          max: 12,
          doc: 'Transformer blocks of the text encoder.',
        },
        vocabulary: {
          kind: 'int',
          default: 4096,
          min: 300,
          max: 65536,
          doc: 'Most tokens; they are learnt from the pretrain split, the most frequent pieces of words.',
        },
        length: {
          kind: 'int',
          default: 64,
          min: 4,
          max: 2048,
          doc: 'Tokens of a text that are read, a start token among them.',
        },
      },
      family: 'Contrastive',
      reference: {
        paper:
          'Radford et al.: Learning transferable visual models from natural language supervision, ICML 2021',
        url: 'https://arxiv.org/abs/2103.00020',
        code: 'https://github.com/openai/CLIP',
      },
      modalities: ['image'],
      defaultViews: [
        {
          id: 'resizedCrop',
          params: {
            scale: [0.6, 1],
            ratio: [0.75, 1.3333333333333333],
          },
          enabled: true,
        },
      ],
      hint: 'image with text',
      usesLabels: false,
    },
    {
      id: 'deepCluster',
      title: 'DeepCluster v2',
      summary: 'Learns by telling to which cluster a sample belonged when all samples were last clustered.',
      params: {
        clusters: {
          kind: 'int',
          default: 100,
          min: 2,
          max: 30000,
          doc: 'Clusters of each clustering; about ten for each class.',
        },
        clusterings: {
          kind: 'int',
          default: 3,
          min: 1,
          max: 8,
          doc: 'Clusterings from different starts, each with centroids of its own.',
        },
        temperature: {
          kind: 'float',
          default: 0.1,
          min: 0.01,
          max: 10,
          log: true,
          doc: 'Divides cosines to centroids.',
        },
        projectorHidden: {
          kind: 'int',
          default: 512,
          min: 8,
          max: 8192,
          doc: 'Width of the projector’s hidden layer.',
        },
        projectorDim: {
          kind: 'int',
          default: 128,
          min: 4,
          max: 4096,
          doc: 'Width of embeddings and centroids.',
        },
      },
      family: 'Clustering',
      reference: {
        paper:
          'Caron, Bojanowski, Joulin, Douze: Deep clustering for unsupervised learning of visual features, ECCV 2018; version 2 in Caron et al., NeurIPS 2020',
        url: 'https://arxiv.org/abs/1807.05520',
        code: 'https://github.com/facebookresearch/swav/blob/main/main_deepclusterv2.py',
      },
      modalities: ['image'],
      defaultViews: [
        {
          id: 'resizedCrop',
          params: {
            scale: [0.2, 1],
            ratio: [0.75, 1.3333333333333333],
          },
          enabled: true,
        },
        {
          id: 'horizontalFlip',
          params: {
            p: 0.5,
          },
          enabled: true,
        },
        {
          id: 'colourJitter',
          params: {
            brightness: 0.8,
            contrast: 0.8,
            saturation: 0.8,
            hue: 0.2,
            p: 0.8,
          },
          enabled: true,
        },
        {
          id: 'grayscale',
          params: {
            p: 0.2,
          },
          enabled: true,
        },
      ],
      hint: 'k-means each epoch',
      usesLabels: false,
      viewCount: 2,
    },
    {
      id: 'denoising',
      title: 'Denoising autoencoder',
      summary: 'Learns by giving back the clean image when it is shown a noisy one.',
      params: {
        noise: {
          kind: 'choice',
          default: 'gaussian',
          options: ['gaussian', 'masking'],
          doc: 'Gaussian noise added to each number, or numbers set to 0 as in the paper.',
        },
        sigma: {
          kind: 'float',
          default: 0.3,
          min: 0.01,
          max: 1,
          step: 0.01,
          doc: 'Deviation of Gaussian noise; images are in 0..1.',
        },
        share: {
          kind: 'float',
          default: 0.3,
          min: 0.05,
          max: 0.95,
          step: 0.05,
          doc: 'Share of pixels that masking sets to 0.',
        },
        decoderWidth: {
          kind: 'int',
          default: 32,
          min: 4,
          max: 512,
          step: 4,
          doc: 'Filters of the decoder’s last hidden layer.',
        },
      },
      family: 'Reconstruction',
      reference: {
        paper:
          'Vincent, Larochelle, Bengio, Manzagol: Extracting and composing robust features with denoising autoencoders, ICML 2008',
        url: 'https://doi.org/10.1145/1390156.1390294',
        code: '',
      },
      modalities: ['image'],
      defaultViews: [
        {
          id: 'horizontalFlip',
          params: {
            p: 0.5,
          },
          enabled: true,
        },
      ],
      hint: 'removes noise',
      usesLabels: false,
      viewCount: 1,
    },
    {
      id: 'dino',
      title: 'DINO',
      summary:
        'Learns by agreeing, from small crops, with what a slowly following copy of itself says of large ones.',
      params: {
        studentTemperature: {
          kind: 'float',
          default: 0.1,
          min: 0.01,
          max: 10,
          log: true,
          doc: 'Divides the student’s outputs.',
        },
        teacherTemperature: {
          kind: 'float',
          default: 0.04,
          min: 0.005,
          max: 10,
          log: true,
          doc: 'Divides the teacher’s outputs; below the student’s it sharpens them, which keeps them from becoming uniform.',
        },
        warmupTemperature: {
          kind: 'float',
          default: 0.04,
          min: 0.005,
          max: 10,
          log: true,
          doc: 'The teacher’s temperature at first; it moves to the other in a straight line.',
        },
        warmupShare: {
          kind: 'float',
          default: 0.3,
          min: 0,
          max: 1,
          step: 0.05,
          doc: 'Share of the training in which the teacher’s temperature moves.',
        },
        centering: {
          kind: 'bool',
          default: true,
          doc: 'Takes the running mean off the teacher’s outputs. Off only to watch the collapse that it prevents.',
        },
        centreMomentum: {
          kind: 'float',
          default: 0.9,
          min: 0,
          max: 0.9999,
          doc: 'Share of the running mean that a step keeps.',
        },
        momentum: {
          kind: 'float',
          default: 0.996,
          min: 0,
          max: 1,
          step: 0.001,
          doc: 'Share of the teacher that a step keeps at first; it rises to 1 along a cosine.',
        },
        outputs: {
          kind: 'int',
          default: 2048,
          min: 4,
          max: 65536,
          doc: 'Numbers that the head gives, whose softmax student and teacher are to agree on.',
        },
        hidden: {
          kind: 'int',
          default: 1024,
          min: 8,
          max: 8192,
          doc: 'Width of the head’s two hidden layers.',
        },
        bottleneck: {
          kind: 'int',
          default: 256,
          min: 4,
          max: 4096,
          doc: 'Width before the last layer, of length one.',
        },
        freezeEpochs: {
          kind: 'int',
          default: 1,
          min: 0,
          max: 100,
          unit: 'epochs',
          doc: 'Epochs at first in which the last layer stands still.',
        },
        localCrops: {
          kind: 'int',
          default: 4,
          min: 0,
          max: 12,
          doc: 'Small crops of each sample besides the two large ones; 0 leaves them out.',
        },
        localScale: {
          kind: 'range',
          default: [0.05, 0.4],
          min: 0.01,
          max: 1,
          step: 0.01,
          doc: 'Share of the area that a small crop keeps.',
        },
        localSize: {
          kind: 'int',
          default: 16,
          min: 2,
          max: 512,
          unit: 'pixels',
          doc: 'Height and width of small crops; no larger than the image.',
        },
      },
      family: 'Distillation',
      reference: {
        paper:
          'Caron, Touvron, Misra, Jégou, Mairal, Bojanowski, Joulin: Emerging properties in self-supervised vision transformers, ICCV 2021',
        url: 'https://arxiv.org/abs/2104.14294',
        code: 'https://github.com/facebookresearch/dino',
      },
      modalities: ['image'],
      defaultViews: [
        {
          id: 'resizedCrop',
          params: {
            scale: [0.4, 1],
            ratio: [0.75, 1.3333333333333333],
          },
          enabled: true,
        },
        {
          id: 'horizontalFlip',
          params: {
            p: 0.5,
          },
          enabled: true,
        },
        {
          id: 'colourJitter',
          params: {
            brightness: 0.4,
            contrast: 0.4,
            saturation: 0.2,
            hue: 0.1,
            p: 0.8,
          },
          enabled: true,
        },
        {
          id: 'grayscale',
          params: {
            p: 0.2,
          },
          enabled: true,
        },
      ],
      hint: 'self-distillation',
      usesLabels: false,
    },
    {
      id: 'gan',
      title: 'GAN (DCGAN features)',
      summary: 'Learns by telling real images from those that a generator, trained against it, makes.',
      params: {
        latent: {
          kind: 'int',
          default: 64,
          min: 1,
          max: 1024,
          doc: 'Random numbers from which the generator makes an image.',
        },
        generatorWidth: {
          kind: 'int',
          default: 32,
          min: 4,
          max: 512,
          step: 4,
          doc: 'Filters of the generator’s last hidden layer.',
        },
      },
      family: 'Generative',
      reference: {
        paper:
          'Radford, Metz, Chintala: Unsupervised representation learning with deep convolutional generative adversarial networks, ICLR 2016',
        url: 'https://arxiv.org/abs/1511.06434',
        code: 'https://github.com/pytorch/examples/tree/main/dcgan',
      },
      modalities: ['image'],
      defaultViews: [
        {
          id: 'horizontalFlip',
          params: {
            p: 0.5,
          },
          enabled: true,
        },
      ],
      hint: 'discriminator features',
      usesLabels: false,
      viewCount: 1,
    },
    {
      id: 'inpainting',
      title: 'Inpainting',
      summary: 'Learns by painting covered patches in again from what the representation keeps of the rest.',
      params: {
        maskRatio: {
          kind: 'float',
          default: 0.5,
          min: 0.05,
          max: 0.9,
          step: 0.05,
          doc: 'Share of the patches that are covered.',
        },
        patch: {
          kind: 'int',
          default: 4,
          min: 1,
          max: 64,
          unit: 'pixels',
          doc: 'Side of a patch.',
        },
        decoderWidth: {
          kind: 'int',
          default: 32,
          min: 4,
          max: 512,
          step: 4,
          doc: 'Filters of the decoder’s last hidden layer.',
        },
      },
      family: 'Reconstruction',
      reference: {
        paper:
          'Pathak, Krähenbühl, Donahue, Darrell, Efros: Context encoders: feature learning by inpainting, CVPR 2016',
        url: 'https://arxiv.org/abs/1604.07379',
        code: 'https://github.com/pathak22/context-encoder',
      },
      modalities: ['image'],
      defaultViews: [
        {
          id: 'resizedCrop',
          params: {
            scale: [0.6, 1],
            ratio: [0.75, 1.3333333333333333],
          },
          enabled: true,
        },
        {
          id: 'horizontalFlip',
          params: {
            p: 0.5,
          },
          enabled: true,
        },
      ],
      hint: 'context encoder',
      usesLabels: false,
      viewCount: 1,
    },
    {
      id: 'jigsaw',
      title: 'Jigsaw puzzles',
      summary: 'Learns by telling in which order the tiles of an image were shuffled.',
      params: {
        grid: {
          kind: 'int',
          default: 2,
          min: 2,
          max: 3,
          doc: 'Tiles down and across: 2 for small images, 3 as in the paper.',
        },
        permutations: {
          kind: 'int',
          default: 24,
          min: 2,
          max: 1000,
          doc: 'Orders to tell apart, chosen to differ in as many places as can be; 4 tiles have 24.',
        },
        gap: {
          kind: 'int',
          default: 2,
          min: 0,
          max: 32,
          unit: 'pixels',
          doc: 'How much smaller than its cell a tile is; it stands at a random place there, so that edges do not go on.',
        },
        normaliseTiles: {
          kind: 'bool',
          default: true,
          doc: 'Takes mean and deviation off each tile, so that brightness does not give neighbours away.',
        },
        hidden: {
          kind: 'int',
          default: 256,
          min: 8,
          max: 4096,
          doc: 'Width of the hidden layer that reads all tiles.',
        },
      },
      family: 'Pretext task',
      reference: {
        paper:
          'Noroozi, Favaro: Unsupervised learning of visual representations by solving jigsaw puzzles, ECCV 2016',
        url: 'https://arxiv.org/abs/1603.09246',
        code: 'https://github.com/MehdiNoroozi/JigsawPuzzleSolver',
      },
      modalities: ['image'],
      defaultViews: [
        {
          id: 'resizedCrop',
          params: {
            scale: [0.6, 1],
            ratio: [0.75, 1.3333333333333333],
          },
          enabled: true,
        },
        {
          id: 'horizontalFlip',
          params: {
            p: 0.5,
          },
          enabled: true,
        },
        {
          id: 'colourJitter',
          params: {
            brightness: 0.4,
            contrast: 0.4,
            saturation: 0.4,
            hue: 0.1,
            p: 0.8,
          },
          enabled: true,
        },
        {
          id: 'grayscale',
          params: {
            p: 0.3,
          },
          enabled: true,
        },
      ],
      hint: 'order of tiles',
      usesLabels: false,
      viewCount: 1,
    },
    {
      id: 'mae',
      title: 'Masked autoencoder',
      summary: 'Learns by reconstructing the pixels of hidden patches from the few that it sees.',
      params: {
        maskRatio: {
          kind: 'float',
          default: 0.75,
          min: 0.05,
          max: 0.95,
          step: 0.05,
          doc: 'Share of the patches that are hidden.',
        },
        normaliseTargets: {
          kind: 'bool',
          default: true,
          doc: 'Asks for each patch’s pixels less their mean and over their deviation, which makes better representations.',
        },
        decoderWidth: {
          kind: 'int',
          default: 96,
          min: 4,
          max: 1024,
          step: 4,
          doc: 'Numbers per token in the decoder; a multiple of decoderHeads and of 4.',
        },
        decoderDepth: {
          kind: 'int',
          default: 2,
          min: 1,
          max: 12,
          doc: 'Transformer blocks of the decoder.',
        },
        decoderHeads: {
          kind: 'int',
          default: 3,
          min: 1,
          max: 16,
          doc: 'Attention heads of the decoder.',
        },
      },
      family: 'Reconstruction',
      reference: {
        paper:
          'He, Chen, Xie, Li, Dollár, Girshick: Masked autoencoders are scalable vision learners, CVPR 2022',
        url: 'https://arxiv.org/abs/2111.06377',
        code: 'https://github.com/facebookresearch/mae',
      },
      modalities: ['image'],
      defaultViews: [
        {
          id: 'resizedCrop',
          params: {
            scale: [0.2, 1],
            ratio: [0.75, 1.3333333333333333],
          },
          enabled: true,
        },
        {
          id: 'horizontalFlip',
          params: {
            p: 0.5,
          },
          enabled: true,
        },
      ],
      hint: 'masked patches',
      usesLabels: false,
      viewCount: 1,
      needs: 'patches',
    },
    {
      id: 'maskedFeatures',
      title: 'Masked features',
      summary: 'Learns by telling which columns of a row were replaced, and what stood there.',
      params: {
        rate: {
          kind: 'float',
          default: 0.3,
          min: 0.05,
          max: 0.95,
          step: 0.05,
          doc: 'Share of the columns that are replaced.',
        },
        reconstruction: {
          kind: 'float',
          default: 2,
          min: 0,
          max: 100,
          doc: 'Weight of restoring the row beside telling which columns were replaced.',
        },
        hidden: {
          kind: 'int',
          default: 256,
          min: 4,
          max: 4096,
          doc: 'Hidden width of both heads.',
        },
      },
      family: 'Pretext task',
      reference: {
        paper:
          'Yoon, Zhang, Jordon, van der Schaar: VIME: extending the success of self- and semi-supervised learning to tabular domain, NeurIPS 2020',
        url: 'https://proceedings.neurips.cc/paper/2020/hash/7d97667a3e056acab9aaf653807b4a03-Abstract.html',
        code: 'https://github.com/jsyoon0823/VIME',
      },
      modalities: ['table'],
      defaultViews: [],
      hint: 'VIME',
      usesLabels: false,
    },
    {
      id: 'maskedTokens',
      title: 'Masked tokens',
      summary: 'Learns by telling which pieces of words were hidden in a text.',
      params: {
        rate: {
          kind: 'float',
          default: 0.15,
          min: 0.02,
          max: 0.9,
          step: 0.01,
          doc: 'Share of the tokens that are asked for.',
        },
        masked: {
          kind: 'float',
          default: 0.8,
          min: 0,
          max: 1,
          step: 0.05,
          doc: 'Of those, how many are replaced by the mask token.',
        },
        random: {
          kind: 'float',
          default: 0.1,
          min: 0,
          max: 1,
          step: 0.05,
          doc: 'Of those, how many are replaced by a random token; the rest stays.',
        },
      },
      family: 'Pretext task',
      reference: {
        paper:
          'Devlin, Chang, Lee, Toutanova: BERT: pre-training of deep bidirectional transformers for language understanding, NAACL 2019',
        url: 'https://arxiv.org/abs/1810.04805',
        code: 'https://github.com/google-research/bert',
      },
      modalities: ['text'],
      defaultViews: [],
      hint: 'BERT',
      usesLabels: false,
    },
    {
      id: 'moco',
      title: 'MoCo v2',
      summary: 'Learns by recognising a sample’s other view among a long queue of earlier samples.',
      params: {
        temperature: {
          kind: 'float',
          default: 0.1,
          min: 0.01,
          max: 10,
          log: true,
          doc: 'Divides similarities; lower punishes near negatives harder.',
        },
        momentum: {
          kind: 'float',
          default: 0.99,
          min: 0,
          max: 1,
          step: 0.001,
          doc: 'Share of the key encoder that a step keeps.',
        },
        queueSize: {
          kind: 'int',
          default: 4096,
          min: 2,
          max: 65536,
          doc: 'Keys of earlier batches that serve as negatives; a step replaces two batches of them.',
        },
        normSplits: {
          kind: 'int',
          default: 4,
          min: 1,
          max: 16,
          doc: 'Parts of a batch with batch norm of their own, cut differently for queries and keys, so that statistics give no pair away.',
        },
        projectorHidden: {
          kind: 'int',
          default: 512,
          min: 8,
          max: 8192,
          doc: 'Width of the projector’s hidden layer.',
        },
        projectorDim: {
          kind: 'int',
          default: 128,
          min: 4,
          max: 4096,
          doc: 'Width of the embedding that the loss compares.',
        },
      },
      family: 'Contrastive',
      reference: {
        paper: 'Chen, Fan, Girshick, He: Improved baselines with momentum contrastive learning, arXiv 2020',
        url: 'https://arxiv.org/abs/2003.04297',
        code: 'https://github.com/facebookresearch/moco',
      },
      modalities: ['image', 'table', 'series', 'text'],
      defaultViews: [
        {
          id: 'resizedCrop',
          params: {
            scale: [0.08, 1],
            ratio: [0.75, 1.3333333333333333],
          },
          enabled: true,
        },
        {
          id: 'horizontalFlip',
          params: {
            p: 0.5,
          },
          enabled: true,
        },
        {
          id: 'colourJitter',
          params: {
            brightness: 0.4,
            contrast: 0.4,
            saturation: 0.4,
            hue: 0.1,
            p: 0.8,
          },
          enabled: true,
        },
        {
          id: 'grayscale',
          params: {
            p: 0.2,
          },
          enabled: true,
        },
      ],
      viewsByModality: {
        table: [
          {
            id: 'featureCorruption',
            params: {
              rate: 0.6,
              of: 'second',
            },
            enabled: true,
          },
        ],
        series: [
          {
            id: 'seriesScaling',
            params: {
              sigma: 0.1,
            },
            enabled: true,
          },
          {
            id: 'seriesNegation',
            params: {
              p: 0.5,
            },
            enabled: true,
          },
        ],
        text: [
          {
            id: 'tokenCrop',
            params: {
              scale: [0.5, 1],
            },
            enabled: true,
          },
          {
            id: 'tokenMask',
            params: {
              rate: 0.15,
            },
            enabled: true,
          },
        ],
      },
      hint: 'InfoNCE with a queue',
      usesLabels: false,
      viewCount: 2,
    },
    {
      id: 'randomEncoder',
      title: 'Random encoder',
      summary:
        'Keeps its random weights and only lets batch norm see the data: what an architecture gives for nothing, as the floor of every comparison.',
      params: {},
      family: 'Baseline',
      reference: {
        paper:
          'Saxe, Koh, Chen, Bhand, Suresh, Ng: On random weights and unsupervised feature learning, ICML 2011 (features of untrained networks); Li, Wang, Shi, Liu, Hou: Revisiting batch normalization for practical domain adaptation, arXiv 1603.04779 (statistics of the data at hand)',
        url: 'https://arxiv.org/abs/1603.04779',
        code: '',
      },
      modalities: ['image', 'table', 'series', 'text'],
      defaultViews: [],
      hint: 'untrained weights',
      usesLabels: false,
      baseline: 'randomEncoder',
    },
    {
      id: 'rotation',
      title: 'Rotation prediction',
      summary: 'Learns by telling which of four quarter turns each image was given.',
      params: {},
      family: 'Pretext task',
      reference: {
        paper:
          'Gidaris, Singh, Komodakis: Unsupervised representation learning by predicting image rotations, ICLR 2018',
        url: 'https://arxiv.org/abs/1803.07728',
        code: 'https://github.com/gidariss/FeatureLearningRotNet',
      },
      modalities: ['image'],
      defaultViews: [
        {
          id: 'resizedCrop',
          params: {
            scale: [0.6, 1],
            ratio: [0.75, 1.3333333333333333],
          },
          enabled: true,
        },
        {
          id: 'horizontalFlip',
          params: {
            p: 0.5,
          },
          enabled: true,
        },
      ],
      hint: 'RotNet',
      usesLabels: false,
      viewCount: 1,
    },
    {
      id: 'simsiam',
      title: 'SimSiam',
      summary: 'Learns by predicting one view’s embedding from another’s, with nothing to compare against.',
      params: {
        projectorHidden: {
          kind: 'int',
          default: 2048,
          min: 8,
          max: 8192,
          doc: 'Width of the projector’s hidden layer.',
        },
        projectorDim: {
          kind: 'int',
          default: 2048,
          min: 4,
          max: 8192,
          doc: 'Width of the embedding.',
        },
        predictorHidden: {
          kind: 'int',
          default: 512,
          min: 4,
          max: 4096,
          doc: 'Width of the predictor’s bottleneck, a quarter of the embedding’s in the paper.',
        },
        stopGradient: {
          kind: 'bool',
          default: true,
          doc: 'Takes the other view’s embedding as given. Off only to watch the collapse that it prevents.',
        },
      },
      family: 'Distillation',
      reference: {
        paper: 'Chen, He: Exploring simple Siamese representation learning, CVPR 2021',
        url: 'https://arxiv.org/abs/2011.10566',
        code: 'https://github.com/facebookresearch/simsiam',
      },
      modalities: ['image', 'table', 'series', 'text'],
      defaultViews: [
        {
          id: 'resizedCrop',
          params: {
            scale: [0.08, 1],
            ratio: [0.75, 1.3333333333333333],
          },
          enabled: true,
        },
        {
          id: 'horizontalFlip',
          params: {
            p: 0.5,
          },
          enabled: true,
        },
        {
          id: 'colourJitter',
          params: {
            brightness: 0.4,
            contrast: 0.4,
            saturation: 0.4,
            hue: 0.1,
            p: 0.8,
          },
          enabled: true,
        },
        {
          id: 'grayscale',
          params: {
            p: 0.2,
          },
          enabled: true,
        },
      ],
      viewsByModality: {
        table: [
          {
            id: 'featureCorruption',
            params: {
              rate: 0.6,
              of: 'second',
            },
            enabled: true,
          },
        ],
        series: [
          {
            id: 'seriesScaling',
            params: {
              sigma: 0.1,
            },
            enabled: true,
          },
          {
            id: 'seriesNegation',
            params: {
              p: 0.5,
            },
            enabled: true,
          },
        ],
        text: [
          {
            id: 'tokenCrop',
            params: {
              scale: [0.5, 1],
            },
            enabled: true,
          },
          {
            id: 'tokenMask',
            params: {
              rate: 0.15,
            },
            enabled: true,
          },
        ],
      },
      hint: 'stop-gradient',
      usesLabels: false,
      viewCount: 2,
    },
    {
      id: 'supervised',
      title: 'Supervised twin',
      summary: 'The same encoder trained with labels, as the comparison for every self-supervised run.',
      params: {},
      family: 'Supervised',
      reference: {
        paper:
          'Yfantidou et al.: Evaluating fairness in self-supervised and supervised models for sequential data, arXiv 2401.01640 (supervised twin of equal architecture)',
        url: 'https://arxiv.org/abs/2401.01640',
        code: 'https://github.com/Nokia-Bell-Labs/SSLfairness',
      },
      modalities: ['image', 'table', 'series', 'text'],
      defaultViews: [
        {
          id: 'resizedCrop',
          params: {
            scale: [0.6, 1],
            ratio: [0.75, 1.3333333333333333],
          },
          enabled: true,
        },
        {
          id: 'horizontalFlip',
          params: {
            p: 0.5,
          },
          enabled: true,
        },
      ],
      hint: 'cross-entropy',
      usesLabels: true,
      viewCount: 1,
      baseline: 'supervisedTwin',
    },
    {
      id: 'swav',
      title: 'SwAV',
      summary:
        'Learns by predicting, from one crop, to which prototypes another crop of the same sample was assigned.',
      params: {
        prototypes: {
          kind: 'int',
          default: 512,
          min: 2,
          max: 30000,
          doc: 'Unit vectors among which every embedding finds its code; about ten for each class.',
        },
        temperature: {
          kind: 'float',
          default: 0.1,
          min: 0.01,
          max: 10,
          log: true,
          doc: 'Divides similarities to prototypes when codes are predicted.',
        },
        epsilon: {
          kind: 'float',
          default: 0.05,
          min: 0.01,
          max: 1,
          log: true,
          doc: 'Softness of the codes; larger spreads each over more prototypes.',
        },
        iterations: {
          kind: 'int',
          default: 3,
          min: 1,
          max: 20,
          doc: 'Iterations of Sinkhorn and Knopp.',
        },
        sinkhorn: {
          kind: 'bool',
          default: true,
          doc: 'Codes that use all prototypes alike within a batch. Off only to watch the collapse that this prevents.',
        },
        freezeEpochs: {
          kind: 'int',
          default: 1,
          min: 0,
          max: 100,
          unit: 'epochs',
          doc: 'Epochs at first in which the prototypes stand still.',
        },
        projectorHidden: {
          kind: 'int',
          default: 512,
          min: 8,
          max: 8192,
          doc: 'Width of the projector’s hidden layer.',
        },
        projectorDim: {
          kind: 'int',
          default: 128,
          min: 4,
          max: 4096,
          doc: 'Width of embeddings and prototypes.',
        },
        localCrops: {
          kind: 'int',
          default: 4,
          min: 0,
          max: 12,
          doc: 'Small crops of each sample besides the two large ones; 0 leaves them out.',
        },
        localScale: {
          kind: 'range',
          default: [0.05, 0.4],
          min: 0.01,
          max: 1,
          step: 0.01,
          doc: 'Share of the area that a small crop keeps.',
        },
        localSize: {
          kind: 'int',
          default: 16,
          min: 2,
          max: 512,
          unit: 'pixels',
          doc: 'Height and width of small crops; no larger than the image.',
        },
      },
      family: 'Clustering',
      reference: {
        paper:
          'Caron, Misra, Mairal, Goyal, Bojanowski, Joulin: Unsupervised learning of visual features by contrasting cluster assignments, NeurIPS 2020',
        url: 'https://arxiv.org/abs/2006.09882',
        code: 'https://github.com/facebookresearch/swav',
      },
      modalities: ['image'],
      defaultViews: [
        {
          id: 'resizedCrop',
          params: {
            scale: [0.2, 1],
            ratio: [0.75, 1.3333333333333333],
          },
          enabled: true,
        },
        {
          id: 'horizontalFlip',
          params: {
            p: 0.5,
          },
          enabled: true,
        },
        {
          id: 'colourJitter',
          params: {
            brightness: 0.8,
            contrast: 0.8,
            saturation: 0.8,
            hue: 0.2,
            p: 0.8,
          },
          enabled: true,
        },
        {
          id: 'grayscale',
          params: {
            p: 0.2,
          },
          enabled: true,
        },
      ],
      hint: 'swapped assignments',
      usesLabels: false,
    },
    {
      id: 'temporalOrder',
      title: 'Temporal order',
      summary: 'Learns by telling in which order the parts of a series were put.',
      params: {
        segments: {
          kind: 'int',
          default: 4,
          min: 2,
          max: 5,
          doc: 'Equal parts of a series; every order of them is a class of its own.',
        },
        hidden: {
          kind: 'int',
          default: 128,
          min: 4,
          max: 4096,
          doc: 'Hidden width of the head.',
        },
      },
      family: 'Pretext task',
      reference: {
        paper:
          'Saeed, Ozcelebi, Lukkien: Multi-task self-supervised learning for human activity detection, IMWUT 2019 (permutation); Noroozi, Favaro: Jigsaw, ECCV 2016',
        url: 'https://arxiv.org/abs/1907.11879',
        code: '',
      },
      modalities: ['series'],
      defaultViews: [
        {
          id: 'seriesJitter',
          params: {
            sigma: 0.05,
          },
          enabled: true,
        },
      ],
      hint: 'shuffled parts',
      usesLabels: false,
    },
    {
      id: 'vae',
      title: 'Variational autoencoder',
      summary: 'Learns by describing each image in a few uncertain numbers from which it can be drawn again.',
      params: {
        beta: {
          kind: 'float',
          default: 1,
          min: 0,
          max: 1000,
          doc: 'Weight of the divergence: 1 is the VAE, more makes its numbers tell different things (beta-VAE).',
        },
        warmupShare: {
          kind: 'float',
          default: 0.1,
          min: 0,
          max: 1,
          step: 0.05,
          doc: 'Share of the training in which beta rises from 0.',
        },
        latent: {
          kind: 'int',
          default: 64,
          min: 1,
          max: 1024,
          doc: 'Numbers of the latent code.',
        },
        likelihood: {
          kind: 'choice',
          default: 'bernoulli',
          options: ['bernoulli', 'gaussian'],
          doc: 'How numbers of an image are distributed around the decoder’s: as brightness in 0..1, or normally.',
        },
        sigma: {
          kind: 'float',
          default: 0.3,
          min: 0.01,
          max: 10,
          log: true,
          doc: 'Deviation of the normal likelihood.',
        },
        decoderWidth: {
          kind: 'int',
          default: 32,
          min: 4,
          max: 512,
          step: 4,
          doc: 'Filters of the decoder’s last hidden layer.',
        },
      },
      family: 'Generative',
      reference: {
        paper:
          'Kingma, Welling: Auto-encoding variational Bayes, ICLR 2014; Higgins et al.: beta-VAE, ICLR 2017',
        url: 'https://arxiv.org/abs/1312.6114',
        code: 'https://github.com/pytorch/examples/tree/main/vae',
      },
      modalities: ['image'],
      defaultViews: [
        {
          id: 'horizontalFlip',
          params: {
            p: 0.5,
          },
          enabled: true,
        },
      ],
      hint: 'VAE and beta-VAE',
      usesLabels: false,
      viewCount: 1,
    },
    {
      id: 'vicreg',
      title: 'VICReg',
      summary:
        'Learns by bringing two views together while each number of the embedding keeps varying on its own.',
      params: {
        invarianceWeight: {
          kind: 'float',
          default: 25,
          min: 0,
          max: 1000,
          doc: 'Weight of the distance between the two views.',
        },
        varianceWeight: {
          kind: 'float',
          default: 25,
          min: 0,
          max: 1000,
          doc: 'Weight of the term that keeps every number of the embedding varying; at 0 the embedding collapses.',
        },
        covarianceWeight: {
          kind: 'float',
          default: 1,
          min: 0,
          max: 1000,
          doc: 'Weight of the term that keeps numbers of the embedding apart.',
        },
        projectorHidden: {
          kind: 'int',
          default: 2048,
          min: 8,
          max: 8192,
          doc: 'Width of the projector’s two hidden layers.',
        },
        projectorDim: {
          kind: 'int',
          default: 2048,
          min: 4,
          max: 8192,
          doc: 'Width of the embedding that the loss compares.',
        },
      },
      family: 'Redundancy reduction',
      reference: {
        paper:
          'Bardes, Ponce, LeCun: VICReg: variance-invariance-covariance regularization for self-supervised learning, ICLR 2022',
        url: 'https://arxiv.org/abs/2105.04906',
        code: 'https://github.com/facebookresearch/vicreg',
      },
      modalities: ['image', 'table', 'series', 'text'],
      defaultViews: [
        {
          id: 'resizedCrop',
          params: {
            scale: [0.2, 1],
            ratio: [0.75, 1.3333333333333333],
          },
          enabled: true,
        },
        {
          id: 'horizontalFlip',
          params: {
            p: 0.5,
          },
          enabled: true,
        },
        {
          id: 'colourJitter',
          params: {
            brightness: 0.4,
            contrast: 0.4,
            saturation: 0.2,
            hue: 0.1,
            p: 0.8,
          },
          enabled: true,
        },
        {
          id: 'grayscale',
          params: {
            p: 0.2,
          },
          enabled: true,
        },
      ],
      viewsByModality: {
        table: [
          {
            id: 'featureCorruption',
            params: {
              rate: 0.6,
              of: 'second',
            },
            enabled: true,
          },
        ],
        series: [
          {
            id: 'seriesScaling',
            params: {
              sigma: 0.1,
            },
            enabled: true,
          },
          {
            id: 'seriesNegation',
            params: {
              p: 0.5,
            },
            enabled: true,
          },
        ],
        text: [
          {
            id: 'tokenCrop',
            params: {
              scale: [0.5, 1],
            },
            enabled: true,
          },
          {
            id: 'tokenMask',
            params: {
              rate: 0.15,
            },
            enabled: true,
          },
        ],
      },
      hint: 'variance, invariance, covariance',
      usesLabels: false,
      viewCount: 2,
    },
  ],
  views: [
    {
      id: 'resizedCrop',
      title: 'Resized crop',
      summary: 'Keeps a random part of the image and stretches it back to full size.',
      params: {
        scale: {
          kind: 'range',
          default: [0.2, 1],
          min: 0.01,
          max: 1,
          step: 0.01,
          doc: 'Share of the area that the crop keeps.',
        },
        ratio: {
          kind: 'range',
          default: [0.75, 1.3333333333333333],
          min: 0.25,
          max: 4,
          step: 0.01,
          doc: 'Width of the crop over its height.',
        },
      },
      modalities: ['image'],
    },
    {
      id: 'channelMask',
      title: 'Channel mask',
      summary: 'Silences random channels, so that no single sensor is enough.',
      params: {
        rate: {
          kind: 'float',
          default: 0.2,
          min: 0,
          max: 1,
          step: 0.05,
          doc: 'Share of the channels that are silenced, each by chance.',
        },
      },
      modalities: ['series'],
    },
    {
      id: 'colourJitter',
      title: 'Colour jitter',
      summary:
        'Changes brightness, contrast, saturation and hue; hides colour as a shortcut, and colour as information.',
      params: {
        brightness: {
          kind: 'float',
          default: 0.4,
          min: 0,
          max: 2,
          step: 0.05,
          doc: 'Brightness is multiplied by 1 minus to 1 plus this.',
        },
        contrast: {
          kind: 'float',
          default: 0.4,
          min: 0,
          max: 2,
          step: 0.05,
          doc: 'Distance from the mean brightness is multiplied by 1 minus to 1 plus this.',
        },
        saturation: {
          kind: 'float',
          default: 0.4,
          min: 0,
          max: 2,
          step: 0.05,
          doc: 'Distance from grey is multiplied by 1 minus to 1 plus this.',
        },
        hue: {
          kind: 'float',
          default: 0.1,
          min: 0,
          max: 0.5,
          step: 0.01,
          doc: 'Hue turns by at most this share of the colour circle.',
        },
        p: {
          kind: 'float',
          default: 0.8,
          min: 0,
          max: 1,
          step: 0.05,
          doc: 'Probability that a sample is changed at all.',
        },
      },
      modalities: ['image'],
    },
    {
      id: 'cutout',
      title: 'Cutout',
      summary: 'Covers a random rectangle, so that no single part of the image is enough.',
      params: {
        scale: {
          kind: 'range',
          default: [0.02, 0.33],
          min: 0.01,
          max: 1,
          step: 0.01,
          doc: 'Share of the area that is covered.',
        },
        ratio: {
          kind: 'range',
          default: [0.3, 3.3],
          min: 0.1,
          max: 10,
          step: 0.1,
          doc: 'Height of the rectangle over its width.',
        },
        value: {
          kind: 'float',
          default: 0,
          min: 0,
          max: 1,
          step: 0.05,
          doc: 'Brightness of the rectangle: 0 is black.',
        },
        p: {
          kind: 'float',
          default: 0.5,
          min: 0,
          max: 1,
          step: 0.05,
          doc: 'Probability that a sample is changed at all.',
        },
      },
      modalities: ['image'],
    },
    {
      id: 'featureCorruption',
      title: 'Feature corruption',
      summary: 'Replaces random columns by values from other rows.',
      params: {
        rate: {
          kind: 'float',
          default: 0.6,
          min: 0,
          max: 1,
          step: 0.05,
          doc: 'Share of the columns that are replaced, each by chance.',
        },
        of: {
          kind: 'choice',
          default: 'second',
          options: ['second', 'all'],
          doc: 'Which views are changed: the second alone, as the authors of SCARF do, or all.',
        },
      },
      modalities: ['table'],
    },
    {
      id: 'featureMask',
      title: 'Feature mask',
      summary: 'Hides random columns: numbers count as missing, categories as unknown.',
      params: {
        rate: {
          kind: 'float',
          default: 0.3,
          min: 0,
          max: 1,
          step: 0.05,
          doc: 'Share of the columns that are hidden, each by chance.',
        },
      },
      modalities: ['table'],
    },
    {
      id: 'gaussianBlur',
      title: 'Gaussian blur',
      summary: 'Softens the image by a random amount; hides fine texture.',
      params: {
        sigma: {
          kind: 'range',
          default: [0.1, 2],
          min: 0.1,
          max: 10,
          step: 0.1,
          unit: 'pixels',
          doc: 'Standard deviation of the blur, drawn per sample.',
        },
        p: {
          kind: 'float',
          default: 0.5,
          min: 0,
          max: 1,
          step: 0.05,
          doc: 'Probability that a sample is changed at all.',
        },
      },
      modalities: ['image'],
    },
    {
      id: 'gaussianNoise',
      title: 'Gaussian noise',
      summary: 'Adds independent noise to every value.',
      params: {
        sigma: {
          kind: 'range',
          default: [0.05, 0.1],
          min: 0,
          max: 1,
          step: 0.01,
          doc: 'Standard deviation of the noise, drawn per sample; brightness is 0 to 1.',
        },
        p: {
          kind: 'float',
          default: 1,
          min: 0,
          max: 1,
          step: 0.05,
          doc: 'Probability that a sample is changed at all.',
        },
      },
      modalities: ['image'],
    },
    {
      id: 'grayscale',
      title: 'Grayscale',
      summary: 'Takes all colour away, so that colour cannot be what the encoder relies on.',
      params: {
        p: {
          kind: 'float',
          default: 0.2,
          min: 0,
          max: 1,
          step: 0.05,
          doc: 'Probability of losing all colour.',
        },
      },
      modalities: ['image'],
    },
    {
      id: 'horizontalFlip',
      title: 'Horizontal flip',
      summary: 'Mirrors left and right; harmful where left and right carry meaning, as in writing.',
      params: {
        p: {
          kind: 'float',
          default: 0.5,
          min: 0,
          max: 1,
          step: 0.05,
          doc: 'Probability of a flip.',
        },
      },
      modalities: ['image'],
    },
    {
      id: 'patchMask',
      title: 'Patch mask',
      summary: 'Blackens a random share of the patches of a grid, so that the rest must be enough.',
      params: {
        ratio: {
          kind: 'float',
          default: 0.5,
          min: 0,
          max: 0.95,
          step: 0.05,
          doc: 'Share of the patches that are covered.',
        },
        patch: {
          kind: 'int',
          default: 4,
          min: 1,
          max: 64,
          unit: 'pixels',
          doc: 'Side of a patch.',
        },
        p: {
          kind: 'float',
          default: 1,
          min: 0,
          max: 1,
          step: 0.05,
          doc: 'Probability that a sample is changed at all.',
        },
      },
      modalities: ['image'],
    },
    {
      id: 'rotation',
      title: 'Rotation',
      summary: 'Turns the image by a random angle; corners become black.',
      params: {
        degrees: {
          kind: 'float',
          default: 15,
          min: 0,
          max: 180,
          step: 1,
          unit: 'degrees',
          doc: 'Turns by at most so many degrees either way.',
        },
      },
      modalities: ['image'],
    },
    {
      id: 'seriesCrop',
      title: 'Crop in time',
      summary: 'Keeps a random stretch of a series and stretches it to the full length.',
      params: {
        scale: {
          kind: 'range',
          default: [0.5, 1],
          min: 0.05,
          max: 1,
          step: 0.05,
          doc: 'Share of the series that is kept and stretched to its length.',
        },
      },
      modalities: ['series'],
    },
    {
      id: 'seriesJitter',
      title: 'Jitter',
      summary: 'Adds independent noise to every step, like that of a sensor.',
      params: {
        sigma: {
          kind: 'float',
          default: 0.05,
          min: 0,
          max: 2,
          step: 0.01,
          doc: 'Standard deviation of the noise, in deviations of the channel.',
        },
      },
      modalities: ['series'],
    },
    {
      id: 'seriesNegation',
      title: 'Negation',
      summary: 'Turns all channels upside down.',
      params: {
        p: {
          kind: 'float',
          default: 0.5,
          min: 0,
          max: 1,
          step: 0.05,
          doc: 'Probability that a sample is changed at all.',
        },
      },
      modalities: ['series'],
    },
    {
      id: 'seriesPermutation',
      title: 'Permutation',
      summary: 'Cuts a series into parts and puts them in a random order.',
      params: {
        segments: {
          kind: 'int',
          default: 4,
          min: 1,
          max: 8,
          doc: 'Equal parts that are put in a random order.',
        },
        p: {
          kind: 'float',
          default: 1,
          min: 0,
          max: 1,
          step: 0.05,
          doc: 'Probability that a sample is changed at all.',
        },
      },
      modalities: ['series'],
    },
    {
      id: 'seriesScaling',
      title: 'Scaling',
      summary: 'Multiplies every channel by a factor near 1, as if a sensor were worn differently.',
      params: {
        sigma: {
          kind: 'float',
          default: 0.1,
          min: 0,
          max: 2,
          step: 0.01,
          doc: 'Standard deviation of the factor, which is 1 on average.',
        },
      },
      modalities: ['series'],
    },
    {
      id: 'timeWarp',
      title: 'Time warp',
      summary: 'Lets a series go faster here and slower there, start and end kept.',
      params: {
        sigma: {
          kind: 'float',
          default: 0.2,
          min: 0,
          max: 2,
          step: 0.05,
          doc: 'How much the speed varies: deviation of its logarithm at the knots.',
        },
        knots: {
          kind: 'int',
          default: 4,
          min: 1,
          max: 32,
          doc: 'Places at which the speed is drawn; in between it changes evenly.',
        },
      },
      modalities: ['series'],
    },
    {
      id: 'tokenCrop',
      title: 'Token crop',
      summary: 'Keeps a random stretch of a text.',
      params: {
        scale: {
          kind: 'range',
          default: [0.5, 1],
          min: 0.05,
          max: 1,
          step: 0.05,
          doc: 'Share of the tokens that is kept.',
        },
      },
      modalities: ['text'],
    },
    {
      id: 'tokenDeletion',
      title: 'Token deletion',
      summary: 'Takes random tokens out of a text.',
      params: {
        rate: {
          kind: 'float',
          default: 0.15,
          min: 0,
          max: 1,
          step: 0.05,
          doc: 'Share of the tokens that are taken out, each by chance.',
        },
      },
      modalities: ['text'],
    },
    {
      id: 'tokenMask',
      title: 'Token mask',
      summary: 'Hides random tokens, so that the rest of the text must be enough.',
      params: {
        rate: {
          kind: 'float',
          default: 0.15,
          min: 0,
          max: 1,
          step: 0.05,
          doc: 'Share of the tokens that are hidden, each by chance.',
        },
      },
      modalities: ['text'],
    },
  ],
  encoders: [
    {
      id: 'smallCnn',
      title: 'Small CNN',
      summary: 'Six 3x3 convolutions with batch norm and mean pooling; trains on a laptop’s processor.',
      params: {
        width: {
          kind: 'int',
          default: 32,
          min: 4,
          max: 512,
          step: 4,
          doc: 'Filters of the first layers; the representation has four times as many.',
        },
      },
      modalities: ['image'],
      traits: {
        batchNorm: true,
        downsampling: false,
        patches: false,
      },
    },
    {
      id: 'tableMlp',
      title: 'MLP',
      summary: 'Linear layers with ReLU over standardised numbers and spread-out categories.',
      params: {
        width: {
          kind: 'int',
          default: 256,
          min: 4,
          max: 4096,
          doc: 'Width of every layer, and of the representation.',
        },
        depth: {
          kind: 'int',
          default: 4,
          min: 1,
          max: 16,
          doc: 'Layers.',
        },
        norm: {
          kind: 'choice',
          default: 'none',
          options: ['none', 'batch'],
          doc: 'Batch norm between layers; the authors of SCARF use none.',
        },
      },
      modalities: ['table'],
    },
    {
      id: 'conv1d',
      title: 'Conv1D',
      summary:
        'Three convolutions over time and the largest value of every filter; as in the study of fairness of sensor data.',
      params: {
        width: {
          kind: 'int',
          default: 32,
          min: 4,
          max: 512,
          doc: 'Filters of the first convolution; the second has twice and the third three times as many.',
        },
        dropout: {
          kind: 'float',
          default: 0.1,
          min: 0,
          max: 0.9,
          step: 0.05,
          doc: 'Share of values dropped after each convolution.',
        },
      },
      modalities: ['series'],
    },
    {
      id: 'textTransformer',
      title: 'Text transformer',
      summary: 'Reads pieces of words, learnt from the texts themselves, with a small transformer.',
      params: {
        vocabulary: {
          kind: 'int',
          default: 4096,
          min: 300,
          max: 65536,
          doc: 'Most tokens; they are learnt from the pretrain split, the most frequent pieces of words.',
        },
        length: {
          kind: 'int',
          default: 64,
          min: 4,
          max: 2048,
          doc: 'Tokens of a text that are read, a start token among them.',
        },
        width: {
          kind: 'int',
          default: 128,
          min: 4,
          max: 1024,
          step: 4,
          doc: 'Numbers per token, and of the representation.',
        },
        depth: {
          kind: 'int',
          default: 2,
          min: 1,
          max: 24,
          doc: 'Transformer blocks.',
        },
        heads: {
          kind: 'int',
          default: 4,
          min: 1,
          max: 16,
          doc: 'Attention heads; the width is a multiple of them.',
        },
        ratio: {
          kind: 'int',
          default: 4,
          min: 1,
          max: 8,
          doc: 'Hidden width of a block’s MLP over its width.',
        },
      },
      modalities: ['text'],
    },
    {
      id: 'ftTransformer',
      title: 'FT-Transformer',
      summary: 'Makes a token of every column and lets a transformer relate them.',
      params: {
        width: {
          kind: 'int',
          default: 64,
          min: 4,
          max: 512,
          step: 4,
          doc: 'Numbers per token, and of the representation.',
        },
        depth: {
          kind: 'int',
          default: 3,
          min: 1,
          max: 12,
          doc: 'Transformer blocks.',
        },
        heads: {
          kind: 'int',
          default: 4,
          min: 1,
          max: 16,
          doc: 'Attention heads; the width is a multiple of them.',
        },
        ratio: {
          kind: 'int',
          default: 2,
          min: 1,
          max: 8,
          doc: 'Hidden width of a block’s MLP over its width.',
        },
      },
      modalities: ['table'],
    },
    {
      id: 'resnet18',
      title: 'ResNet-18',
      summary:
        'Two basic blocks per stage, four stages, with the stem for small images; the usual encoder of published results.',
      params: {
        width: {
          kind: 'int',
          default: 64,
          min: 4,
          max: 256,
          step: 4,
          doc: 'Filters of the first stage; the representation has eight times as many.',
        },
        norm: {
          kind: 'choice',
          default: 'batch',
          options: ['batch', 'group'],
          doc: 'Batch norm, or group norm, in which samples do not see each other: for tiny batches and private training.',
        },
        groups: {
          kind: 'int',
          default: 8,
          min: 1,
          max: 64,
          doc: 'Groups of channels of group norm.',
        },
      },
      modalities: ['image'],
      traits: {
        batchNorm: true,
        downsampling: true,
        patches: false,
      },
    },
    {
      id: 'resnet9',
      title: 'ResNet-9',
      summary:
        'One basic block per stage, four stages, for small images; between the small CNN and ResNet-18.',
      params: {
        width: {
          kind: 'int',
          default: 64,
          min: 4,
          max: 256,
          step: 4,
          doc: 'Filters of the first stage; the representation has eight times as many.',
        },
        norm: {
          kind: 'choice',
          default: 'batch',
          options: ['batch', 'group'],
          doc: 'Batch norm, or group norm, in which samples do not see each other: for tiny batches and private training.',
        },
        groups: {
          kind: 'int',
          default: 8,
          min: 1,
          max: 64,
          doc: 'Groups of channels of group norm.',
        },
      },
      modalities: ['image'],
      traits: {
        batchNorm: true,
        downsampling: true,
        patches: false,
      },
    },
    {
      id: 'seriesTransformer',
      title: 'Series transformer',
      summary: 'Makes a token of a few neighbouring steps and lets a transformer relate them.',
      params: {
        patch: {
          kind: 'int',
          default: 8,
          min: 1,
          max: 512,
          unit: 'steps',
          doc: 'Steps that make one token.',
        },
        width: {
          kind: 'int',
          default: 64,
          min: 4,
          max: 512,
          step: 2,
          doc: 'Numbers per token, and of the representation.',
        },
        depth: {
          kind: 'int',
          default: 3,
          min: 1,
          max: 12,
          doc: 'Transformer blocks.',
        },
        heads: {
          kind: 'int',
          default: 4,
          min: 1,
          max: 16,
          doc: 'Attention heads; the width is a multiple of them.',
        },
        ratio: {
          kind: 'int',
          default: 2,
          min: 1,
          max: 8,
          doc: 'Hidden width of a block’s MLP over its width.',
        },
      },
      modalities: ['series'],
    },
    {
      id: 'vit',
      title: 'ViT-tiny',
      summary: 'Cuts images into patches and lets a transformer look at all of them; needed by MAE.',
      params: {
        patch: {
          kind: 'int',
          default: 4,
          min: 1,
          max: 32,
          unit: 'pixels',
          doc: 'Side of a patch; height and width are multiples of it.',
        },
        width: {
          kind: 'int',
          default: 192,
          min: 8,
          max: 1024,
          step: 4,
          doc: 'Numbers per token, and of the representation.',
        },
        depth: {
          kind: 'int',
          default: 12,
          min: 1,
          max: 24,
          doc: 'Transformer blocks.',
        },
        heads: {
          kind: 'int',
          default: 3,
          min: 1,
          max: 16,
          doc: 'Attention heads; the width is a multiple of them.',
        },
        ratio: {
          kind: 'int',
          default: 4,
          min: 1,
          max: 8,
          doc: 'Hidden width of a block’s MLP over its width.',
        },
        pooling: {
          kind: 'choice',
          default: 'mean',
          options: ['mean', 'token'],
          doc: 'The representation: the mean of all patches’ tokens, or a class token that looks at them.',
        },
        positions: {
          kind: 'choice',
          default: 'sinCos',
          options: ['sinCos', 'learned'],
          doc: 'Where patches are: fixed sines and cosines of row and column, or learned numbers.',
        },
      },
      modalities: ['image'],
      traits: {
        batchNorm: false,
        downsampling: false,
        patches: true,
      },
    },
  ],
  finetunes: [
    {
      id: 'linear',
      title: 'Linear head',
      summary: 'The encoder stays as it is, with its running statistics; only a linear classifier learns.',
      params: {
        hidden: {
          kind: 'int',
          default: 0,
          min: 0,
          max: 4096,
          doc: 'Width of a hidden layer of the classifier; 0 keeps it linear.',
        },
        dropout: {
          kind: 'float',
          default: 0,
          min: 0,
          max: 0.95,
          doc: 'Share of the hidden layer that every step leaves out.',
        },
        balanced: {
          kind: 'bool',
          default: false,
          doc: 'Classes count in inverse proportion to their labels.',
        },
      },
      reference: {
        paper:
          'Ramapuram, Busbridge, Webb: Evaluating the fairness of fine-tuning strategies in self-supervised learning, arXiv 2110.00538',
        url: 'https://arxiv.org/abs/2110.00538',
        code: '',
      },
      needs: null,
      pretrained: true,
    },
    {
      id: 'batchNormAffine',
      title: 'Batch norm',
      summary:
        'Running statistics, scale and shift of batch norm move, beside a linear classifier; filters stay.',
      params: {
        hidden: {
          kind: 'int',
          default: 0,
          min: 0,
          max: 4096,
          doc: 'Width of a hidden layer of the classifier; 0 keeps it linear.',
        },
        dropout: {
          kind: 'float',
          default: 0,
          min: 0,
          max: 0.95,
          doc: 'Share of the hidden layer that every step leaves out.',
        },
        balanced: {
          kind: 'bool',
          default: false,
          doc: 'Classes count in inverse proportion to their labels.',
        },
      },
      reference: {
        paper:
          'Ramapuram, Busbridge, Webb: Evaluating the fairness of fine-tuning strategies in self-supervised learning, arXiv 2110.00538',
        url: 'https://arxiv.org/abs/2110.00538',
        code: '',
      },
      needs: 'batchNorm',
      pretrained: true,
    },
    {
      id: 'batchNormDownsample',
      title: 'Batch norm and downsampling',
      summary:
        'Batch norm moves, and the downsampling convolutions beside the residual blocks; all other filters stay.',
      params: {
        hidden: {
          kind: 'int',
          default: 0,
          min: 0,
          max: 4096,
          doc: 'Width of a hidden layer of the classifier; 0 keeps it linear.',
        },
        dropout: {
          kind: 'float',
          default: 0,
          min: 0,
          max: 0.95,
          doc: 'Share of the hidden layer that every step leaves out.',
        },
        balanced: {
          kind: 'bool',
          default: false,
          doc: 'Classes count in inverse proportion to their labels.',
        },
        affine: {
          kind: 'bool',
          default: true,
          doc: 'Scale and shift of batch norm move too, as the published share of parameters implies.',
        },
      },
      reference: {
        paper:
          'Ramapuram, Busbridge, Webb: Evaluating the fairness of fine-tuning strategies in self-supervised learning, arXiv 2110.00538',
        url: 'https://arxiv.org/abs/2110.00538',
        code: '',
      },
      needs: 'downsampling',
      pretrained: true,
    },
    {
      id: 'batchNormStatistics',
      title: 'Batch-norm statistics',
      summary:
        'Only running means and variances follow the labelled data, beside a linear classifier; no weight of the encoder moves.',
      params: {
        hidden: {
          kind: 'int',
          default: 0,
          min: 0,
          max: 4096,
          doc: 'Width of a hidden layer of the classifier; 0 keeps it linear.',
        },
        dropout: {
          kind: 'float',
          default: 0,
          min: 0,
          max: 0.95,
          doc: 'Share of the hidden layer that every step leaves out.',
        },
        balanced: {
          kind: 'bool',
          default: false,
          doc: 'Classes count in inverse proportion to their labels.',
        },
      },
      reference: {
        paper:
          'Ramapuram, Busbridge, Webb: Evaluating the fairness of fine-tuning strategies in self-supervised learning, arXiv 2110.00538',
        url: 'https://arxiv.org/abs/2110.00538',
        code: '',
      },
      needs: 'batchNorm',
      pretrained: true,
    },
    {
      id: 'freezeAll',
      title: 'All frozen',
      summary: 'The whole encoder stays as pretraining left it, under a classifier with a hidden layer.',
      params: {
        hidden: {
          kind: 'int',
          default: 128,
          min: 0,
          max: 4096,
          doc: 'Width of a hidden layer of the classifier; 0 keeps it linear.',
        },
        dropout: {
          kind: 'float',
          default: 0.6,
          min: 0,
          max: 0.95,
          doc: 'Share of the hidden layer that every step leaves out.',
        },
        balanced: {
          kind: 'bool',
          default: true,
          doc: 'Classes count in inverse proportion to their labels.',
        },
      },
      reference: {
        paper:
          'Yfantidou, Spathis, Constantinides, Vakali, Quercia, Kawsar: Using self-supervised learning can improve model fairness, KDD 2024, arXiv 2406.02361',
        url: 'https://arxiv.org/abs/2406.02361',
        code: 'https://github.com/Nokia-Bell-Labs/SSLfairness',
      },
      needs: null,
      pretrained: true,
    },
    {
      id: 'freezeFirst',
      title: 'First frozen',
      summary:
        'The first of the encoder’s three thirds stays as pretraining left it; the rest moves under a classifier with a hidden layer.',
      params: {
        hidden: {
          kind: 'int',
          default: 128,
          min: 0,
          max: 4096,
          doc: 'Width of a hidden layer of the classifier; 0 keeps it linear.',
        },
        dropout: {
          kind: 'float',
          default: 0.6,
          min: 0,
          max: 0.95,
          doc: 'Share of the hidden layer that every step leaves out.',
        },
        balanced: {
          kind: 'bool',
          default: true,
          doc: 'Classes count in inverse proportion to their labels.',
        },
      },
      reference: {
        paper:
          'Yfantidou, Spathis, Constantinides, Vakali, Quercia, Kawsar: Using self-supervised learning can improve model fairness, KDD 2024, arXiv 2406.02361',
        url: 'https://arxiv.org/abs/2406.02361',
        code: 'https://github.com/Nokia-Bell-Labs/SSLfairness',
      },
      needs: null,
      pretrained: true,
    },
    {
      id: 'freezeFirstLast',
      title: 'First and last frozen',
      summary:
        'The first and the last of the encoder’s three thirds stay as pretraining left them; the rest moves under a classifier with a hidden layer.',
      params: {
        hidden: {
          kind: 'int',
          default: 128,
          min: 0,
          max: 4096,
          doc: 'Width of a hidden layer of the classifier; 0 keeps it linear.',
        },
        dropout: {
          kind: 'float',
          default: 0.6,
          min: 0,
          max: 0.95,
          doc: 'Share of the hidden layer that every step leaves out.',
        },
        balanced: {
          kind: 'bool',
          default: true,
          doc: 'Classes count in inverse proportion to their labels.',
        },
      },
      reference: {
        paper:
          'Yfantidou, Spathis, Constantinides, Vakali, Quercia, Kawsar: Using self-supervised learning can improve model fairness, KDD 2024, arXiv 2406.02361',
        url: 'https://arxiv.org/abs/2406.02361',
        code: 'https://github.com/Nokia-Bell-Labs/SSLfairness',
      },
      needs: null,
      pretrained: true,
    },
    {
      id: 'freezeFirstMiddle',
      title: 'First and middle frozen',
      summary:
        'The first and the middle of the encoder’s three thirds stay as pretraining left them; the rest moves under a classifier with a hidden layer.',
      params: {
        hidden: {
          kind: 'int',
          default: 128,
          min: 0,
          max: 4096,
          doc: 'Width of a hidden layer of the classifier; 0 keeps it linear.',
        },
        dropout: {
          kind: 'float',
          default: 0.6,
          min: 0,
          max: 0.95,
          doc: 'Share of the hidden layer that every step leaves out.',
        },
        balanced: {
          kind: 'bool',
          default: true,
          doc: 'Classes count in inverse proportion to their labels.',
        },
      },
      reference: {
        paper:
          'Yfantidou, Spathis, Constantinides, Vakali, Quercia, Kawsar: Using self-supervised learning can improve model fairness, KDD 2024, arXiv 2406.02361',
        url: 'https://arxiv.org/abs/2406.02361',
        code: 'https://github.com/Nokia-Bell-Labs/SSLfairness',
      },
      needs: null,
      pretrained: true,
    },
    {
      id: 'freezeMiddle',
      title: 'Middle frozen',
      summary:
        'The middle of the encoder’s three thirds stays as pretraining left it; the rest moves under a classifier with a hidden layer.',
      params: {
        hidden: {
          kind: 'int',
          default: 128,
          min: 0,
          max: 4096,
          doc: 'Width of a hidden layer of the classifier; 0 keeps it linear.',
        },
        dropout: {
          kind: 'float',
          default: 0.6,
          min: 0,
          max: 0.95,
          doc: 'Share of the hidden layer that every step leaves out.',
        },
        balanced: {
          kind: 'bool',
          default: true,
          doc: 'Classes count in inverse proportion to their labels.',
        },
      },
      reference: {
        paper:
          'Yfantidou, Spathis, Constantinides, Vakali, Quercia, Kawsar: Using self-supervised learning can improve model fairness, KDD 2024, arXiv 2406.02361',
        url: 'https://arxiv.org/abs/2406.02361',
        code: 'https://github.com/Nokia-Bell-Labs/SSLfairness',
      },
      needs: null,
      pretrained: true,
    },
    {
      id: 'freezeNone',
      title: 'None frozen',
      summary: 'The whole encoder moves under a classifier with a hidden layer.',
      params: {
        hidden: {
          kind: 'int',
          default: 128,
          min: 0,
          max: 4096,
          doc: 'Width of a hidden layer of the classifier; 0 keeps it linear.',
        },
        dropout: {
          kind: 'float',
          default: 0.6,
          min: 0,
          max: 0.95,
          doc: 'Share of the hidden layer that every step leaves out.',
        },
        balanced: {
          kind: 'bool',
          default: true,
          doc: 'Classes count in inverse proportion to their labels.',
        },
      },
      reference: {
        paper:
          'Yfantidou, Spathis, Constantinides, Vakali, Quercia, Kawsar: Using self-supervised learning can improve model fairness, KDD 2024, arXiv 2406.02361',
        url: 'https://arxiv.org/abs/2406.02361',
        code: 'https://github.com/Nokia-Bell-Labs/SSLfairness',
      },
      needs: null,
      pretrained: true,
    },
    {
      id: 'full',
      title: 'Full fine-tuning',
      summary: 'Every weight moves, starting from the pretrained encoder, under a linear classifier.',
      params: {
        hidden: {
          kind: 'int',
          default: 0,
          min: 0,
          max: 4096,
          doc: 'Width of a hidden layer of the classifier; 0 keeps it linear.',
        },
        dropout: {
          kind: 'float',
          default: 0,
          min: 0,
          max: 0.95,
          doc: 'Share of the hidden layer that every step leaves out.',
        },
        balanced: {
          kind: 'bool',
          default: false,
          doc: 'Classes count in inverse proportion to their labels.',
        },
      },
      reference: {
        paper:
          'Ramapuram, Busbridge, Webb: Evaluating the fairness of fine-tuning strategies in self-supervised learning, arXiv 2110.00538',
        url: 'https://arxiv.org/abs/2110.00538',
        code: '',
      },
      needs: null,
      pretrained: true,
    },
    {
      id: 'gradual',
      title: 'Gradual unfreezing',
      summary:
        'The head learns first; then one stage after another is set free, from the last to the first, until everything moves.',
      params: {
        hidden: {
          kind: 'int',
          default: 0,
          min: 0,
          max: 4096,
          doc: 'Width of a hidden layer of the classifier; 0 keeps it linear.',
        },
        dropout: {
          kind: 'float',
          default: 0,
          min: 0,
          max: 0.95,
          doc: 'Share of the hidden layer that every step leaves out.',
        },
        balanced: {
          kind: 'bool',
          default: false,
          doc: 'Classes count in inverse proportion to their labels.',
        },
        epochsPerStage: {
          kind: 'int',
          default: 1,
          min: 1,
          max: 1000,
          doc: 'Epochs before one more stage is set free, from the last to the first; the head alone comes before all.',
        },
      },
      reference: {
        paper:
          'Howard, Ruder: Universal language model fine-tuning for text classification, ACL 2018 (section 3.3)',
        url: 'https://arxiv.org/abs/1801.06146',
        code: 'https://github.com/fastai/fastai',
      },
      needs: null,
      pretrained: true,
    },
    {
      id: 'scratch',
      title: 'From scratch',
      summary:
        'The same encoder, head, labels and budget, starting from random weights: supervised training without pretraining.',
      params: {
        hidden: {
          kind: 'int',
          default: 0,
          min: 0,
          max: 4096,
          doc: 'Width of a hidden layer of the classifier; 0 keeps it linear.',
        },
        dropout: {
          kind: 'float',
          default: 0,
          min: 0,
          max: 0.95,
          doc: 'Share of the hidden layer that every step leaves out.',
        },
        balanced: {
          kind: 'bool',
          default: false,
          doc: 'Classes count in inverse proportion to their labels.',
        },
      },
      reference: {
        paper:
          'Ramapuram, Busbridge, Webb: Evaluating the fairness of fine-tuning strategies in self-supervised learning, arXiv 2110.00538',
        url: 'https://arxiv.org/abs/2110.00538',
        code: '',
      },
      needs: null,
      pretrained: false,
    },
  ],
  optimizers: [
    {
      id: 'sgdMomentum',
      title: 'SGD with momentum',
      summary: 'Steps along a running sum of gradients; the usual choice for convolutional networks.',
      params: {
        learningRate: {
          kind: 'float',
          default: 0.06,
          min: 0.000001,
          max: 100,
          log: true,
          doc: 'Highest learning rate; 0.06 per 128 samples is the small-image recipe.',
        },
        momentum: {
          kind: 'float',
          default: 0.9,
          min: 0,
          max: 0.999,
          doc: 'Share of the last update that is kept.',
        },
        weightDecay: {
          kind: 'float',
          default: 0.0005,
          min: 0,
          max: 1,
          doc: 'Added to the gradient as this times the weight.',
        },
        nesterov: {
          kind: 'bool',
          default: false,
          doc: 'Look ahead along the momentum before stepping.',
        },
      },
    },
    {
      id: 'adamW',
      title: 'AdamW',
      summary: 'Steps scaled by each weight’s own gradient history; forgiving about the learning rate.',
      params: {
        learningRate: {
          kind: 'float',
          default: 0.001,
          min: 1e-7,
          max: 10,
          log: true,
          doc: 'Highest learning rate.',
        },
        beta1: {
          kind: 'float',
          default: 0.9,
          min: 0,
          max: 0.9999,
          doc: 'Memory of the mean of gradients.',
        },
        beta2: {
          kind: 'float',
          default: 0.999,
          min: 0,
          max: 0.99999,
          doc: 'Memory of the mean of squared gradients.',
        },
        epsilon: {
          kind: 'float',
          default: 1e-8,
          min: 1e-12,
          max: 0.01,
          log: true,
          doc: 'Keeps the division finite.',
        },
        weightDecay: {
          kind: 'float',
          default: 0.01,
          min: 0,
          max: 1,
          doc: 'Shrinks weights by learning rate times this, apart from the gradient.',
        },
      },
    },
  ],
  schedules: [
    {
      id: 'warmupCosine',
      title: 'Warm-up and cosine',
      summary: 'Rises linearly, then falls along half a cosine; no restarts.',
      params: {
        warmupEpochs: {
          kind: 'float',
          default: 0,
          min: 0,
          max: 1000,
          unit: 'epochs',
          doc: 'Epochs of linear rise from 0 to the highest learning rate.',
        },
        final: {
          kind: 'float',
          default: 0,
          min: 0,
          max: 1,
          doc: 'Share of the highest learning rate that is left at the end.',
        },
      },
    },
    {
      id: 'constant',
      title: 'Constant',
      summary: 'The highest learning rate at every step.',
      params: {},
    },
  ],
  engines: [
    {
      id: 'onnx',
      title: 'ONNX Runtime',
      summary:
        'Records each training step once and runs it as one graph; installed with the app, nothing to set up.',
    },
    {
      id: 'cpu',
      title: 'JavaScript reference',
      summary:
        'TensorFlow.js’s own kernels in plain JavaScript: the slow reference for tests, some 500 times slower than ONNX Runtime.',
    },
    {
      id: 'tensorflow',
      title: 'TensorFlow',
      summary: 'Native TensorFlow with CUDA, an optional package whose library must be fetched or built.',
    },
    {
      id: 'wasm',
      title: 'WebAssembly',
      summary: 'TensorFlow.js’s WebAssembly kernels, an optional package for models without convolutions.',
    },
  ],
} as const satisfies Pick<
  Catalog,
  'methods' | 'views' | 'encoders' | 'finetunes' | 'optimizers' | 'schedules' | 'engines'
>;
