/** The look of a record in a file of its own: the site's, in small. Light, dark and print, without a script. */
export const standaloneCss = `
:root{color-scheme:light dark;--paper:light-dark(#fbfbf9,#10151b);--surface:light-dark(#fff,#161c24);--sunken:light-dark(#f3f4f1,#0c1015);
--ink:light-dark(#17202a,#e5eaf0);--ink-2:light-dark(#45515d,#b3bdc8);--ink-3:light-dark(#5d6975,#929eaa);--line:light-dark(#e1e3df,#262f39);
--line-2:light-dark(#c6cac6,#3a4653);--accent:light-dark(#1d4c9a,#8fb8ff);--accent-soft:light-dark(#e8eefa,#182437);--on-verdict:light-dark(#fff,#10151b);
--agrees:light-dark(#17683a,#6fd493);--agrees-soft:light-dark(#e5f3ea,#11281a);--differs:light-dark(#b0261c,#ff978e);--differs-soft:light-dark(#fcebe9,#341a18);
--inconclusive:light-dark(#85500a,#f1bd62);--inconclusive-soft:light-dark(#fdf2dd,#2d220e);--recording:light-dark(#46566c,#adbccf);--recording-soft:light-dark(#ebeef3,#1e2732);
--screen:light-dark(#17212c,#090d12);--screen-ink:light-dark(#e3eaf1,#dde5ed);--screen-dim:light-dark(#9fb0c1,#93a3b3);--screen-err:light-dark(#f2c283,#eebc7a)}
*{box-sizing:border-box}
html{font:16px/1.6 system-ui,-apple-system,'Segoe UI',Roboto,'Noto Sans',Arial,sans-serif;color:var(--ink);background:var(--paper)}
body,h1,h2,h3,p,ul,dl,dd,pre{margin:0}
main{max-width:64rem;margin:0 auto;padding:2rem clamp(1rem,4vw,3rem) 4rem}
a{color:var(--accent)}a.anchor{color:inherit;text-decoration:none}
code,pre{font-family:ui-monospace,'SF Mono',Menlo,Consolas,'DejaVu Sans Mono',monospace;font-size:.875em}
:focus-visible{outline:2px solid var(--accent);outline-offset:2px}
.shapes{position:absolute}.shape{width:1em;height:1em;flex:none}
.visually-hidden{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
.evidence-record,.row-record{display:grid;grid-template-columns:minmax(0,1fr);gap:1.1rem}
.row-record{padding-top:1.5rem;border-top:1px solid var(--line)}
.record-title{display:grid;gap:.6rem}
h1{font-size:1.9rem;line-height:1.15;letter-spacing:-.02em;overflow-wrap:anywhere}h2{font-size:1.3rem;line-height:1.25;overflow-wrap:anywhere}h3{font-size:.8125rem}
.lead{color:var(--ink-2);font-size:1.0625rem;max-width:46rem}.short{font-weight:600}.means{max-width:46rem}
.crumb,.places,.record-head,.record-links p{display:flex;flex-wrap:wrap;align-items:center;gap:.3rem .9rem;font-size:.8125rem}
.when,.old-note,.run-links,.made,.saw,.notes{color:var(--ink-3);font-size:.8125rem}.old-note{display:block}
.source-label{padding:.1rem .6rem;border:1px solid var(--line-2);border-radius:5px;color:var(--ink-2);font-weight:600}
.source-label[data-source=live]{border-color:var(--accent);background:var(--accent-soft);color:var(--accent)}
.source-label[data-source=lab]{border-style:dashed}
.source-label[data-source=recording]{border:1px dashed var(--recording);background:var(--recording-soft);color:var(--recording)}
.badge{display:inline-flex;align-items:center;gap:.4em;padding:.16rem .6rem .16rem .45rem;border-radius:999px;font-size:.8125rem;font-weight:600;line-height:1.4;color:var(--ink-3)}
.badge[data-verdict=agrees]{color:var(--agrees);background:var(--agrees-soft)}
.badge[data-verdict=differs]{color:var(--differs);background:var(--differs-soft);box-shadow:inset 0 0 0 1px currentColor}
.badge[data-verdict=inconclusive]{color:var(--inconclusive);background:var(--inconclusive-soft);border-radius:5px}
.badge[data-verdict=recording]{color:var(--recording);background:var(--recording-soft);border-radius:5px}
.warn{padding:.55rem .8rem;border-left:3px solid var(--inconclusive);background:var(--inconclusive-soft);font-size:.875rem}
.note-text{max-width:44rem;padding-left:1rem;border-left:3px solid var(--accent);overflow-wrap:anywhere}.note-text>*+*{margin-top:.7rem}
.facts,.diff{display:grid;grid-template-columns:max-content minmax(0,1fr);gap:.3rem 1.1rem;font-size:.8125rem}
.facts dt,.diff dt{color:var(--ink-3)}.facts dd,.diff dd{overflow-wrap:anywhere}
.diff{padding:.8rem 1rem;border:1px solid var(--line);border-radius:8px;background:var(--sunken)}
.diff dd{font-family:ui-monospace,Menlo,Consolas,'DejaVu Sans Mono',monospace}
del{background:var(--accent-soft)}ins{text-decoration:underline 1.5px;text-underline-offset:.2em;color:var(--differs);background:var(--differs-soft)}
.nothing{color:var(--ink-3);font-family:system-ui,sans-serif}
.summary{width:100%;border-collapse:collapse;font-size:.875rem}.summary :is(th,td){padding:.6rem 1rem .6rem 0;text-align:left;vertical-align:top;border-bottom:1px solid var(--line)}
.summary thead th{color:var(--ink-3);font-size:.8125rem}.summary tbody th{width:28%}.summary .diff{padding:0;border:0;background:none}
.record-links{display:grid;gap:.3rem;padding:.7rem .9rem;border:1px solid var(--line);border-radius:8px}
.compared>summary{width:fit-content;font-size:.8125rem;font-weight:650;cursor:pointer}.compared>summary>span{color:var(--ink-3);font-weight:500}
.findings{margin-top:.4rem;padding:0;list-style:none;font-size:.875rem}.findings li{display:grid;grid-template-columns:1rem minmax(0,1fr);gap:.1rem .6rem;padding:.35rem 0;border-top:1px solid var(--line);overflow-wrap:anywhere}
.findings .shape{margin-top:.3em;color:var(--ink-3)}.findings [data-holds=false] .shape{color:var(--differs)}.findings .saw{grid-column:2}
.screen{border-radius:8px;background:var(--screen);color:var(--screen-ink);overflow:clip}.screen+.screen{margin-top:.75rem}
.screen:target,.target:target+.screen{outline:2px solid var(--accent);outline-offset:2px}
.screen-head,.screen-body,.screen-foot{padding:.55rem .9rem}.screen-line{overflow-wrap:anywhere;white-space:pre-wrap}.prompt{color:#8cc5ff;font-weight:600}
.twin{white-space:pre-wrap;overflow-wrap:anywhere;line-height:1.5;max-height:32rem;overflow:auto}.twin .err{color:var(--screen-err)}.stream-name{margin:.3rem 0;color:var(--screen-dim);font-size:.75rem}
.screen-foot{display:flex;flex-wrap:wrap;gap:.15rem 1.1rem;color:var(--screen-dim);font-size:.75rem}.screen-foot span{overflow-wrap:anywhere}.screen-foot b{color:var(--screen-ink)}.screen a{color:inherit}
@media(max-width:46rem){.facts,.diff{grid-template-columns:minmax(0,1fr);gap:0}.facts dd,.diff dd{margin-bottom:.4rem}.summary,.summary tbody,.summary :is(tr,td,th),.summary tbody th{display:block;width:auto;border:0;padding:0 0 .4rem}.summary tr{padding:.8rem 0;border-bottom:1px solid var(--line)}.summary thead{display:none}}
@media print{.compared::details-content{content-visibility:visible;block-size:auto}:root{color-scheme:light;--paper:#fff;--sunken:#fff;--screen:#fff;--screen-ink:#000;--screen-dim:#333;--screen-err:#333}main{max-width:none;padding:0}.screen{border:1px solid #888}.prompt{color:#333}.twin{max-height:none}.record-links,.run-links{display:none}a{color:inherit}}
`;
