"""How the HTML digest looks: light or dark as its reader has it, and printable.

Style only; no word of the report.
"""

STYLE = """
:root { color-scheme: light dark; --back: #fbfbf9; --text: #14181d; --muted: #667180;
  --rule: #e2e4e6; --good: #17753f; --bad: #b3261e; --warn: #8a6100; --line: #1f6fc4;
  --soft: #f1f2ef; }
@media (prefers-color-scheme: dark) {
  :root { --back: #11151b; --text: #eef1f5; --muted: #8793a3; --rule: #2a3340;
    --good: #56c288; --bad: #f0716a; --warn: #e2b857; --line: #5ba3f5; --soft: #1a2029; }
}
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 28px 24px 48px; max-width: 860px; background: var(--back);
  color: var(--text); font: 15px/1.5 system-ui, -apple-system, "Segoe UI", sans-serif;
  font-variant-numeric: tabular-nums; }
h1 { font-size: 24px; margin: 0; letter-spacing: -0.01em; }
h1 small { color: var(--muted); font-weight: 400; }
h2 { font-size: 16px; margin: 34px 0 8px; }
h2 small, .muted, th, .proof, footer { color: var(--muted); font-weight: 400; }
p { margin: 4px 0; }
.now { margin: 14px 0 0; padding: 12px 16px; background: var(--soft); border-radius: 8px; }
ul, ol { margin: 0; padding-left: 20px; }
li { margin: 0 0 8px; }
.proof { font-size: 13px; }
table { border-collapse: collapse; width: 100%; }
th, td { padding: 6px 10px 6px 0; text-align: left; vertical-align: top;
  border-bottom: 1px solid var(--rule); }
th { font-size: 12px; }
td.n, th.n { text-align: right; white-space: nowrap; }
td.w { white-space: nowrap; }
td:last-child, th:last-child { padding-right: 0; }
.value { font-weight: 600; }
.good { color: var(--good); } .bad { color: var(--bad); } .warn { color: var(--warn); }
.gauge { position: relative; height: 6px; min-width: 110px; margin-top: 8px;
  background: var(--rule); border-radius: 3px; }
.gauge i { display: block; height: 6px; background: var(--line); border-radius: 3px; }
.gauge b { position: absolute; top: -3px; width: 2px; height: 12px; background: var(--muted); }
svg { display: block; }
svg path { fill: none; stroke: var(--line); stroke-width: 1.5; stroke-linejoin: round; }
svg circle { fill: var(--line); }
a { color: inherit; text-decoration-color: var(--muted); }
.wide { overflow-x: auto; }
footer { margin-top: 40px; font-size: 13px; }
@media print { body { max-width: none; padding: 0; } h2 { break-after: avoid; } }
"""
