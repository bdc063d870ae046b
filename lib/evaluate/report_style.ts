/** The report's style: one column on a phone, two on a desk, black on white on paper. */
export const reportStyle = `
:root {
  color-scheme: light dark;
  --paper: #ffffff; --ink: #1c1f23; --faint: #5d646d; --line: #d8dce1;
  --genuine: #1f6fc4; --impostor: #c8460f; --threshold: #6f757c;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #15181c; --ink: #e8eaed; --faint: #a3abb5; --line: #343a42;
    --genuine: #62aaf2; --impostor: #f5854f; --threshold: #9aa2ab;
  }
}
* { box-sizing: border-box; }
body {
  margin: 0 auto; padding: 1.5rem 1rem 3rem; max-width: 64rem;
  background: var(--paper); color: var(--ink);
  font: 16px/1.5 system-ui, sans-serif;
}
h1 { font-size: 1.6rem; line-height: 1.2; margin: 0 0 .3rem; }
h2 { font-size: 1.15rem; margin: 2.2rem 0 .6rem; }
p { margin: .4rem 0; max-width: 44rem; }
.faint, caption, figcaption, .note { color: var(--faint); }
.note { font-size: .875rem; }
.tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(9rem, 1fr)); gap: .75rem; margin: 1.2rem 0; }
.tile { border: 1px solid var(--line); border-radius: .5rem; padding: .6rem .8rem; }
.tile b { display: block; font-size: 1.5rem; line-height: 1.3; font-weight: 600; }
.tile span { display: block; font-size: .8125rem; color: var(--faint); }
.figures { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 26rem), 1fr)); gap: 1.5rem 2rem; }
figure { margin: 0; }
figure svg { display: block; width: 100%; height: auto; }
figcaption { font-size: .875rem; margin-top: .3rem; }
.key { display: inline-block; width: .75em; height: .75em; border-radius: 2px; margin-right: .3em; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
th, td { text-align: left; vertical-align: top; padding: .3rem .9rem .3rem 0; border-bottom: 1px solid var(--line); }
th { font-weight: 600; }
td.number, td.interval, tbody th { white-space: nowrap; }
.pairs { display: grid; grid-template-columns: repeat(auto-fill, minmax(9rem, 1fr)); gap: 1rem; }
.pairs figure div { display: flex; gap: 2px; }
.pairs img { width: 50%; aspect-ratio: 1; object-fit: cover; border-radius: 4px; background: var(--line); }
.pairs figcaption { overflow-wrap: anywhere; }
@media (max-width: 40rem) {
  table.wide thead { display: none; }
  table.wide tr { display: grid; grid-template-columns: 1fr auto; border-bottom: 1px solid var(--line); padding: .35rem 0; }
  table.wide th, table.wide td { border: 0; padding: 0 .6rem 0 0; }
  table.wide td.interval, table.wide td.note { grid-column: 1 / -1; font-size: .8125rem; color: var(--faint); }
  table.wide td:empty { display: none; }
}
@media print {
  :root { --paper: #fff; --ink: #000; --faint: #444; --line: #bbb; --genuine: #1f6fc4; --impostor: #c8460f; --threshold: #6f757c; }
  body { max-width: none; padding: 0; font-size: 11pt; }
  figure, .tile, tr { break-inside: avoid; }
  h2 { break-after: avoid; }
  .figures { grid-template-columns: 1fr 1fr; }
  * { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
}
`;
