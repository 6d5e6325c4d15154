import type { CallArgs, Handlers } from '../../../preload/contract/calls.ts';
import { AppError } from '../../../preload/contract/errors.ts';
import type { PolicyRow } from '../../../preload/contract/vocabulary.ts';
import { checkPolicy } from '../../audits/policies/declare.ts';
import { REFERENCE_LINES } from '../../audits/policies/referenceLines.ts';
import type { ApiContext } from '../context.ts';
import { checkPolicyOn, duePolicies, rowOfPolicy } from '../policies/check.ts';

type Names = Extract<keyof Handlers, `policies.${string}`>;

/** Audit policies: declared, checked, and due again. */
export function policyHandlers(context: ApiContext): Pick<Handlers, Names> {
  const { store, announce } = context;
  return {
    'policies.list': ({ archived }) =>
      store.policies.list(archived).map((policy) => rowOfPolicy(context, policy)),
    'policies.get': ({ id }) => rowOfPolicy(context, store.policies.get(id)),
    'policies.create': (args) => create(context, args),
    'policies.archive': ({ id, archived }) => {
      const row = rowOfPolicy(context, store.policies.archive(id, archived));
      announce('policy.changed', row);
      return row;
    },
    'policies.check': ({ id, runs }) => checkPolicyOn(context, id, runs),
    'policies.results': ({ id }) => store.policies.results(store.policies.get(id).id),
    'policies.result': ({ id }) => store.policies.result(id),
    'policies.due': () => duePolicies(context),
    'policies.referenceLines': () => REFERENCE_LINES,
  };
}

function create(context: ApiContext, args: CallArgs<'policies.create'>): PolicyRow {
  const { store, announce } = context;
  checkPolicy(args);
  const scope =
    'dataset' in args.scope
      ? { dataset: store.datasets.row(args.scope.dataset).id }
      : { experiment: store.experiments.get(args.scope.experiment).id };
  if ('dataset' in scope) {
    const known = store.datasets.row(scope.dataset).sensitive.map(({ name }) => name);
    const unknown = args.features.find((feature) => !known.includes(feature));
    if (unknown !== undefined)
      throw new AppError({
        code: 'usage',
        message: `The data set has no sensitive feature ${JSON.stringify(unknown)}.`,
        hint: `It has ${known.join(', ') || 'none'}.`,
      });
  }
  const row = rowOfPolicy(context, store.policies.create({ ...args, scope }));
  announce('policy.changed', row);
  return row;
}
