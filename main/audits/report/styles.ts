const LIGHT =
  '--bg:#fafaf9;--surface:#fff;--sunken:#f3f3f1;--line:#e6e5e1;--line2:#d3d2cd;--text:#1b1b1a;--muted:#5f5e5a;--accent:#3552d0;--warn:#9a5b00;--warn-soft:#fff4e0;--c1:#0072b2;--c2:#d55e00;--c3:#009e73;--c4:#cc79a7;--c5:#e69f00;--c6:#56b4e9';
const DARK =
  '--bg:#121213;--surface:#19191b;--sunken:#222225;--line:#2b2b2f;--line2:#3a3a40;--text:#ececea;--muted:#a1a09b;--accent:#8ea3ff;--warn:#e3a94a;--warn-soft:#33291a;--c1:#4aa8e0;--c2:#ff8a3d;--c3:#35c79a;--c4:#e19cc6;--c5:#f2bd4a;--c6:#8fd0f5';

/** The report's style sheet: light, dark and print; no font, image or file from outside. */
export const STYLES = `
:root{color-scheme:light dark;${LIGHT}}
@media (prefers-color-scheme:dark){:root{${DARK}}}
*{box-sizing:border-box}
body{margin:0;background:var(--bg);color:var(--text);font:14px/1.5 Inter,system-ui,sans-serif;font-feature-settings:"tnum"}
main,header,footer{max-width:1080px;margin:0 auto;padding:0 28px}
header{padding-top:36px}footer{padding-bottom:48px;color:var(--muted)}
h1{font-size:24px;font-weight:650;letter-spacing:-.01em;margin:0 0 4px}
h2{font-size:16px;font-weight:620;margin:0}section>h2{font-size:17px;margin:28px 0 10px}
h3{font-size:14px;font-weight:600;margin:0}h4{font-size:13px;font-weight:600;color:var(--muted);margin:0}
.question{font-size:17px;line-height:1.45;margin:10px 0 4px;max-width:none}.question .muted{font-size:13px}.question strong{font-weight:620}
.answer{font-size:15px;margin:0 0 14px;max-width:90ch}
details{border-top:1px solid var(--line)}details details{border-top:0}.l2{border-top-color:var(--line2)}
summary{cursor:pointer;padding:9px 0 9px 20px;position:relative;list-style:none;border-radius:4px}summary::-webkit-details-marker{display:none}
summary::before{content:"";position:absolute;left:3px;top:15px;width:6px;height:6px;border:solid var(--muted);border-width:0 1.6px 1.6px 0;transform:rotate(-45deg)}
details[open]>summary::before{transform:rotate(45deg)}summary:hover{background:var(--sunken)}summary:focus-visible,a:focus-visible,.scroll:focus-visible{outline:2px solid var(--accent);outline-offset:2px}
summary h2,summary h3,summary h4{display:inline}summary .muted{font-size:13px;margin-left:6px}
.l3>summary,.l4>summary{padding-top:6px;padding-bottom:6px}.l3>summary::before,.l4>summary::before{top:12px}
.body{padding:2px 0 16px 20px;scroll-margin-top:48px}
.missing{border-top:1px solid var(--line2);padding:9px 0 9px 20px}.missing h2{display:inline;margin:0;font-size:16px;font-weight:500;color:var(--muted)}.missing p{display:inline;max-width:none;font-size:13px;margin-left:6px}
section{margin-bottom:28px}.missing{margin-bottom:0}.unseen{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
p{margin:6px 0;max-width:78ch}ul{margin:6px 0;padding-left:20px;max-width:78ch}li{margin:3px 0}
a{color:var(--accent)}code,pre{font:12px/1.5 "JetBrains Mono",ui-monospace,monospace}
pre{background:var(--sunken);padding:12px;border-radius:6px;white-space:pre-wrap;overflow-wrap:anywhere}
code{overflow-wrap:anywhere}
.muted{color:var(--muted)}.whole{white-space:nowrap}.note{border-left:3px solid var(--warn);background:var(--warn-soft);border-radius:6px;padding:8px 12px;margin:10px 0;max-width:78ch}
.quiet{border-left:3px solid var(--line2);background:var(--sunken);border-radius:6px;padding:8px 12px;margin:10px 0;max-width:78ch}
.scroll{overflow-x:auto;margin:8px 0 18px}
table{border-collapse:collapse;width:100%;font-variant-numeric:tabular-nums}
caption{text-align:left;font-weight:600;padding:4px 0}caption span{font-weight:400;color:var(--muted)}
th{font-weight:500;color:var(--muted);text-align:left;font-size:12.5px;padding:5px 10px 5px 0;border-bottom:1px solid var(--line2);vertical-align:bottom}
td,tbody th{padding:4px 10px 4px 0;border-bottom:1px solid var(--line);vertical-align:middle;color:var(--text);font-size:13.5px;font-weight:400}
.n{text-align:right;white-space:nowrap}thead th.n{text-align:right}td.n+td{padding-left:10px}figure{margin:10px 0}figcaption{font-weight:600}
dl{display:grid;grid-template-columns:max-content 1fr;gap:3px 18px;margin:8px 0}dt{color:var(--muted)}dd{margin:0;overflow-wrap:anywhere}
svg{display:block;overflow:visible}
.axis{stroke:var(--line2)}.grid{stroke:var(--line)}.zero{stroke:var(--muted);stroke-dasharray:2 2}
.range{fill:var(--line2)}.ink{stroke:var(--text);fill:var(--text)}.pale{stroke:var(--muted);fill:var(--muted)}
.tick{fill:var(--muted);font-size:11px}
.c1{stroke:var(--c1);fill:var(--c1)}.c2{stroke:var(--c2);fill:var(--c2)}.c3{stroke:var(--c3);fill:var(--c3)}
.c4{stroke:var(--c4);fill:var(--c4)}.c5{stroke:var(--c5);fill:var(--c5)}.c6{stroke:var(--c6);fill:var(--c6)}
.line{fill:none;stroke-width:1.6}
@media print{:root{color-scheme:light;${LIGHT}}body{background:#fff;font-size:11px}main,header,footer{max-width:none;padding:0}summary{break-after:avoid}tr,svg,.note{break-inside:avoid}.scroll{overflow:visible}td,tbody th{font-size:10px}th{font-size:9.5px}.whole{white-space:normal}
summary,.missing{padding-left:0}summary::before{display:none}.body{padding-left:0}@page{margin:14mm}pre{columns:3;font-size:8px;padding:8px}tbody+tbody,pre{break-inside:auto}details::details-content{content-visibility:visible;display:block;block-size:auto}}
`;
