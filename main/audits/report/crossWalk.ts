import type { Markup } from './markup.ts';
import { markup } from './markup.ts';
import { sectionTitle } from './sections.ts';
import type { SectionId } from './sections.ts';
import { table } from './table.ts';

/** One demand of a rule or standard, and the sections of this report that hold evidence about it. */
interface Demand {
  readonly rule: string;
  readonly place: string;
  readonly asks: string;
  /** None: this report does not hold it. */
  readonly sections: readonly SectionId[];
  /** What the report cannot be, whatever stands in it. */
  readonly outside?: string;
}

const ANNEX = 'EU AI Act, Annex IV';
const NIST = 'NIST AI RMF 1.0';
const LAW = 'NYC Local Law 144';
const IEEE = 'IEEE 7003-2024';
const ISO = 'ISO/IEC TS 12791:2024';

/** Rules and standards beside what this report holds. It says where evidence stands, not that a demand is met. */
const DEMANDS: readonly Demand[] = [
  { rule: ANNEX, place: '1', asks: 'general description', sections: ['identity', 'intendedUse'] },
  { rule: ANNEX, place: '2(a)', asks: 'development, pre-trained parts', sections: ['model'] },
  { rule: ANNEX, place: '2(b)', asks: 'design choices, groups of persons', sections: ['intendedUse', 'stakeholders', 'declaredMetrics'] },
  { rule: ANNEX, place: '2(d)', asks: 'data: origin, scope, characteristics', sections: ['data'] },
  { rule: ANNEX, place: '2(e)', asks: 'human oversight', sections: ['oversight'] },
  { rule: ANNEX, place: '2(g)', asks: 'validation and testing, metrics, dated logs', sections: ['declaredMetrics', 'rules', 'overall', 'groups', 'calibration', 'reproducibility'] },
  { rule: ANNEX, place: '2(h)', asks: 'cybersecurity', sections: [] },
  { rule: ANNEX, place: '3', asks: 'accuracy for groups of persons, monitoring and control', sections: ['groups', 'limitations', 'oversight'] },
  { rule: ANNEX, place: '4', asks: 'why the metrics are appropriate', sections: ['declaredMetrics'] },
  { rule: ANNEX, place: '5', asks: 'risk management', sections: ['limitations', 'oversight'] },
  { rule: ANNEX, place: '6', asks: 'changes over the lifecycle', sections: ['reproducibility'] },
  { rule: ANNEX, place: '7', asks: 'standards applied', sections: ['crossWalk'] },
  { rule: ANNEX, place: '8', asks: 'declaration of conformity', sections: [], outside: 'a report is no declaration' },
  { rule: ANNEX, place: '9', asks: 'post-market monitoring plan', sections: ['oversight'] },
  { rule: NIST, place: 'MEASURE 1.1', asks: 'risks that were not measured', sections: ['limitations'] },
  { rule: NIST, place: 'MEASURE 1.3', asks: 'independent assessors', sections: ['identity'], outside: 'software is no independent assessor' },
  { rule: NIST, place: 'MEASURE 2.1', asks: 'test sets, metrics and tools', sections: ['data', 'declaredMetrics', 'rules', 'reproducibility'] },
  { rule: NIST, place: 'MEASURE 2.11', asks: 'fairness and bias evaluated and documented', sections: ['groups', 'calibration', 'representations', 'comparison'] },
  { rule: LAW, place: '6 RCNY 5-301', asks: 'selection rate, scoring rate, impact ratio by category and intersection', sections: ['groups'] },
  { rule: LAW, place: '6 RCNY 5-301', asks: 'number of people of unknown category', sections: ['data', 'groups'] },
  { rule: LAW, place: '6 RCNY 5-301', asks: 'categories below 2% that are left out', sections: ['groups'] },
  { rule: LAW, place: '6 RCNY 5-303', asks: 'date of the audit, source of the data', sections: ['identity', 'data'] },
  { rule: LAW, place: '6 RCNY 5-303', asks: 'date on which the tool was first distributed', sections: [] },
  { rule: LAW, place: '6 RCNY 5-301', asks: 'independent auditor, at most one year ago', sections: ['identity'], outside: 'software is no independent auditor' },
  { rule: IEEE, place: 'bias profile', asks: 'stakeholders and how they may be affected', sections: ['stakeholders'] },
  { rule: IEEE, place: 'data representation', asks: 'who is in the data', sections: ['data'] },
  { rule: IEEE, place: 'risk assessment', asks: 'risks and their treatment', sections: ['limitations', 'oversight'] },
  { rule: IEEE, place: 'evaluation', asks: 'evaluation over the lifecycle', sections: ['overall', 'groups', 'calibration', 'comparison'] },
  { rule: ISO, place: 'inception', asks: 'stakeholders, data sources, acceptance criteria', sections: ['stakeholders', 'data', 'declaredMetrics'] },
  { rule: ISO, place: 'design', asks: 'treatment of unwanted bias in design', sections: ['model', 'mitigations'] },
  { rule: ISO, place: '6.2.2', asks: 'pre-trained models', sections: ['model'] },
  { rule: ISO, place: 'verification', asks: 'static testing of data', sections: ['data'] },
  { rule: ISO, place: 'validation', asks: 'dynamic testing', sections: ['overall', 'groups', 'calibration', 'representations'] },
  { rule: ISO, place: 're-evaluation', asks: 'when it is done again', sections: ['oversight'] },
]; // prettier-ignore

/** The table; `missing` are the sections that hold no evidence. */
export function crossWalk(missing: ReadonlySet<SectionId>): Markup {
  return markup`<p>Where this report holds evidence that rules and standards ask for. It does not say that a demand is met; the texts themselves decide what is asked.</p>${table(
    {
      caption: 'Cross-walk',
      columns: [
        { title: 'Rule or standard' },
        { title: 'Place' },
        { title: 'Asks for' },
        { title: 'Evidence in' },
        { title: 'Not assessed here' },
      ],
      rows: DEMANDS.map(({ rule, place, asks, sections, outside }) => {
        const held = sections.filter((id) => !missing.has(id));
        const lacking = sections.filter((id) => missing.has(id)).map(sectionTitle);
        const gaps = [
          ...(sections.length === 0 && outside === undefined ? ['all of it'] : lacking),
          ...(outside === undefined ? [] : [outside]),
        ];
        return [rule, place, asks, held.map(sectionTitle).join(', '), gaps.join(', ')];
      }),
    },
  )}`;
}
