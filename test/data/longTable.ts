/** Three series of one channel: regular, irregular, and with times that go back. */
export const LONG =
  'subject,time,heart,sex,answer\n' +
  [
    'a,0,60,f,yes',
    'a,1,61,f,yes',
    'a,2,62,f,yes',
    'b,0,70,m,no',
    'b,1,71,m,no',
    'b,3,73,m,no',
    'c,5,80,,no',
    'c,4,81,,no',
  ].join('\n');
