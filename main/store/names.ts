import { digestOf } from '../core/canonical.ts';

const FIRST = (
  'amber ancient azure bold brave bright brisk calm clear clever coral cosmic crimson crisp curious dapper dawn deep dusty eager early ' +
  'fair fleet gentle gilded glad golden grand green happy hazel honest humble indigo ivory jade keen kind late lively lucid lunar mellow ' +
  'merry mild misty modest noble opal patient plain polar proud quick quiet rapid rare ready rosy rustic sage sandy scarlet serene sharp ' +
  'silent silver simple sleek smooth snowy soft solar spry stark steady still stout sunny swift tall tender tidy tranquil true velvet violet ' +
  'vivid warm wild winter wise witty young zesty'
).split(' ');

const SECOND = (
  'acorn anchor arbor aspen badger bay beacon birch bloom breeze brook canyon cedar cliff cloud comet cove crane creek dale delta dune ' +
  'eagle elm ember falcon fern field finch fjord forest fox garden glade glen grove harbor hawk heath heron hill inlet iris island ivy ' +
  'lagoon lake larch lark laurel leaf lily lotus lynx maple marsh meadow mesa mill moon moss oak ocean olive orchid otter owl peak pebble ' +
  'pine plain pond poplar prairie quail rain raven reed reef ridge river robin rose sea shore sky sparrow spring star stone storm stream ' +
  'summit thistle tide trail valley wave willow wind wren'
).split(' ');

/** A name of two words such as amber-lake, always the same for the same id. */
export function twoWordName(id: string): string {
  const digest = digestOf(id);
  const pick = (words: readonly string[], at: number): string =>
    words[parseInt(digest.slice(at, at + 8), 16) % words.length] ?? '';
  return `${pick(FIRST, 0)}-${pick(SECOND, 8)}`;
}
