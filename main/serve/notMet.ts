/** A policy was checked and is not met: the command did what it should, and says so by its exit code. */
export class NotMet extends Error {
  override readonly name = 'NotMet';
}
