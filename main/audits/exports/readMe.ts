import type { TableFormat } from './columns.ts';

const READERS: Readonly<Record<TableFormat, (stem: string) => string>> = {
  parquet: (stem) =>
    `import pandas as pd\n\ntable = pd.read_parquet(here / "${stem}.parquet")\nprint(table.head())`,
  csv: (stem) => `import pandas as pd\n\ntable = pd.read_csv(here / "${stem}.csv")\nprint(table.head())`,
  npy: (stem) =>
    `import json\nimport numpy as np\n\ncolumns = {file.name.split(".")[-2]: np.load(file) for file in sorted(here.glob("${stem}.*.npy"))}\nnames = {file.name.split(".")[-3]: json.loads(file.read_text()) for file in here.glob("${stem}.*.names.json")}\nfor name, column in columns.items():\n    print(name, column.shape, column.dtype, names.get(name, ""))`,
};

const MATRIX =
  'import numpy as np\n\nfor file in sorted(here.glob("representations-*.npy")):\n    h = np.load(file)\n    print(file.name, h.shape, h.dtype)';

/** A Python script that reads the tables of an export; `withheld` says what is not in it. */
export function readMe(
  title: string,
  stems: readonly string[],
  format: TableFormat,
  withheld: string,
): string {
  return script(title, withheld, stems.map((stem) => READERS[format](stem)).join('\n\n'));
}

/** The same for representations as matrices. */
export function readMeMatrices(title: string, withheld: string): string {
  return script(title, withheld, MATRIX);
}

function script(title: string, withheld: string, body: string): string {
  const says = `${title}\n${withheld}`.replace(/["\\]/g, ' ');
  return `"""${says}"""\nfrom pathlib import Path\n\nhere = Path(__file__).parent\n\n${body}\n`;
}
