import type { ReportInput } from '../formats/format.ts';
import { selectionWords } from '../selection.ts';
import { fold } from './fold.ts';
import { markup, Markup } from './markup.ts';
import { reportSections } from './reportSections.ts';
import type { Section } from './reportSections.ts';
import { sectionTitle } from './sections.ts';
import { STYLES } from './styles.ts';
import { inShort } from './summary.ts';
import { placeWords } from './words.ts';

/** No script, no connection, nothing from outside: a page that cannot do more than show itself. */
const POLICY = new Markup(
  "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'",
);

const STYLE_SHEET = new Markup(STYLES);

/** The whole report as one HTML page. */
export function page(input: ReportInput): Markup {
  const { audit } = input;
  const models = audit.models.map((model) => model.name).join(', ');
  const parts = reportSections(input);
  return markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${audit.name} · audit report</title>
<style>${STYLE_SHEET}</style>
</head>
<body>
<header><h1>${audit.name}</h1>
<p class="muted">Audit of ${models} on ${placeWords(audit)}. Evidence, not a verdict.</p>${selectionWords(audit.selectedOnAuditData ?? []).map((words) => markup`<p class="answer">${words}</p>`)}</header>
<main>
<section aria-labelledby="short"><h2 id="short">In short</h2>
${inShort(audit)}</section>
${parts.map(sectionOf)}</main>
<footer><p>${audit.id} · ${audit.created} · Pretext ${input.version}</p></footer>
</body>
</html>
`;
}

function sectionOf(section: Section): Markup {
  const title = sectionTitle(section.id);
  if (section.content === null)
    return markup`<section class="missing"><h2>${title}</h2> <p class="muted">Not assessed: ${section.missing}</p></section>
`;
  const { content, missing, aside, open } = section;
  return fold({
    title,
    level: 2,
    content: markup`${missing !== null && markup`<p class="quiet">Not assessed: ${missing}</p>`}${content}`,
    ...(aside === null ? {} : { aside }),
    ...(open === null ? {} : { open: true, id: open }),
  });
}
