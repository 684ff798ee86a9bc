// The report's style sheet: the two themes, what charts use, and the page.
#include "core/export/report_look.h"

namespace halftone {
namespace {

const char* const kLight = R"(
--window:#F3F4F6;--panel:#FFFFFF;--field:#FFFFFF;--border:#DADEE4;--ink:#14181D;--ink2:#454D58;--ink3:#5C6570;--grid:#E9ECF0;--axis:#9AA3AE;
--accent:#2A66C8;--ok:#1F7A3E;--okSoft:#E6F3EA;--fail:#C0322B;--failSoft:#FBEBEA;--warn:#8A5A00;
--bit8:#4B2E92;--bit4:#08847A;--bit2:#E5A52E;--bitFull:#CBD0D7;--edge8:#4B2E92;--edge4:#08847A;--edge2:#B27A14;--edgeFull:#7E8792;
--tint8:#ECE8F6;--tint4:#E0F1EF;--tint2:#FBF1DD;--tintFull:#F0F2F4;--text8:#4B2E92;--text4:#06726A;--text2:#855800;--textFull:#5B636E;
--sEagl:#14181D;--sAlps:#B8336A;--sHawq:#7C5F33;--sBase:#8A929D;
)";

const char* const kDark = R"(
--window:#121518;--panel:#181C20;--field:#13171A;--border:#2A3037;--ink:#E9ECEF;--ink2:#B4BCC5;--ink3:#8C95A0;--grid:#23292F;--axis:#59626D;
--accent:#84ADFA;--ok:#5CC07F;--okSoft:#1A2E22;--fail:#F27D74;--failSoft:#37201F;--warn:#E8B54D;
--bit8:#955FD6;--bit4:#36AE97;--bit2:#F7C55F;--bitFull:#565E68;--edge8:#955FD6;--edge4:#36AE97;--edge2:#F7C55F;--edgeFull:#7B8490;
--tint8:#2A2139;--tint4:#17302C;--tint2:#383019;--tintFull:#22272C;--text8:#BC9AEE;--text4:#55C4AE;--text2:#F7C55F;--textFull:#A3ABB5;
--sEagl:#E9ECEF;--sAlps:#F08CB0;--sHawq:#C7A671;--sBase:#7B8490;
)";

const char* const kCharts = R"(
.chart text{font:11px Inter,"Segoe UI",Roboto,"Helvetica Neue","DejaVu Sans",sans-serif;fill:var(--ink2)}
.chart .number{font-family:"JetBrains Mono",ui-monospace,Menlo,Consolas,"DejaVu Sans Mono",monospace;font-variant-ligatures:none}
.chart .end{text-anchor:end}.chart .middle{text-anchor:middle}.chart .strong{font-weight:600;fill:var(--ink)}.chart .quiet{fill:var(--ink3)}
.chart .heading{font-size:12px;font-weight:600;fill:var(--ink)}
.chart text.halo{paint-order:stroke;stroke:var(--panel);stroke-width:4px;stroke-linejoin:round}
.ground{fill:var(--panel)}
.axis{stroke:var(--axis);stroke-width:1}.grid{stroke:var(--grid);stroke-width:1}.zero{stroke:var(--axis);stroke-width:1}
.reference{stroke:var(--axis);stroke-width:1;stroke-dasharray:5 4}.leader{stroke:var(--axis);stroke-width:1;fill:none;opacity:.7}
.link{stroke:var(--axis);stroke-width:1;fill:none}.hit{fill:transparent;stroke:none}
.sEagl{--c:var(--sEagl)}.sAlps{--c:var(--sAlps)}.sHawq{--c:var(--sHawq)}.sBase{--c:var(--sBase)}
.series{fill:none;stroke:var(--c);stroke-width:1.5;stroke-linejoin:round;opacity:.85}.series.sBase{stroke-width:1;opacity:.65}
.dash1{stroke-dasharray:7 3}.dash2{stroke-dasharray:2 2.5}.dash3{stroke-dasharray:9 3 2 3}
.faint{fill:none;stroke:var(--sBase);stroke-width:1;opacity:.35}
.interval{stroke:var(--c);stroke-width:1}
.mark{stroke:var(--c);stroke-width:1.25}.mark.full{fill:var(--c)}.mark.hollow{fill:var(--panel)}.mark.bold{stroke-width:2.75}.mark.thin{stroke-width:1.25}
.otherEffort{stroke:var(--c);stroke-width:1.5;stroke-dasharray:1.5 2}
.chart text.series-label{fill:var(--c)}.chart text.series-label.sBase{fill:var(--ink3)}
.bar{fill:var(--c);opacity:.82}
.missing{fill:none;stroke:var(--axis);stroke-dasharray:3 3}.hatch{stroke:var(--axis);stroke-width:1;opacity:.6}
.bit8{--c:var(--bit8);--e:var(--edge8);--t:var(--tint8)}.bit4{--c:var(--bit4);--e:var(--edge4);--t:var(--tint4)}
.bit2{--c:var(--bit2);--e:var(--edge2);--t:var(--tint2)}.bitFull{--c:var(--bitFull);--e:var(--edgeFull);--t:var(--tintFull)}
.cell{fill:var(--c)}.rest{fill:var(--t)}.glyph{fill:var(--e)}.glyph.bitFull{fill:none;stroke:var(--e);stroke-width:1.5}
.ring{fill:var(--panel);stroke:var(--e);stroke-width:1.25}
.chart text.bit8{fill:var(--text8)}.chart text.bit4{fill:var(--text4)}.chart text.bit2{fill:var(--text2)}.chart text.bitFull{fill:var(--textFull)}
.row:hover .rest{opacity:.75}
)";

const char* const kPage = R"(
*{box-sizing:border-box}
body{margin:0;background:var(--window);color:var(--ink);font:13px/20px Inter,"Segoe UI",Roboto,"Helvetica Neue","DejaVu Sans",sans-serif}
main{max-width:1168px;margin:0 auto;padding:24px}
main>header{display:flex;gap:16px;align-items:center;margin-bottom:24px}
main>header svg{width:40px;height:40px;flex:none}
h1{font-size:18px;line-height:24px;font-weight:600;margin:0;overflow-wrap:anywhere}
h2{font-size:18px;line-height:24px;font-weight:600;margin:32px 0 12px}
h3{font-size:13px;line-height:20px;font-weight:600;margin:0}
p{margin:0 0 8px;max-width:92ch;overflow-wrap:anywhere}
.caption{color:var(--ink3);font-size:12px;line-height:16px}
.card{background:var(--panel);border:1px solid var(--border);border-radius:6px;padding:16px;margin-bottom:16px}
.card>header{display:flex;margin-bottom:12px;gap:4px 12px;align-items:baseline;flex-wrap:wrap}
.columns{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,340px),1fr));gap:16px;align-items:start}
.columns .card{margin-bottom:0}.columns>div .card+.card{margin-top:16px}
.columns{margin-bottom:16px}
.key{margin-left:auto;color:var(--ink2);font-size:12px;display:flex;gap:16px;flex-wrap:wrap}
.key span{display:inline-flex;gap:6px;align-items:center;white-space:nowrap}
.figure{overflow-x:auto}
.figure svg{display:block;max-width:none}
svg.chart{vertical-align:-1px}
code,.number,pre{font-family:"JetBrains Mono",ui-monospace,Menlo,Consolas,"DejaVu Sans Mono",monospace;font-size:12px;font-variant-ligatures:none}
pre{background:var(--field);border:1px solid var(--border);border-radius:4px;padding:8px 12px;margin:0;line-height:20px;white-space:pre-wrap;overflow-wrap:anywhere}
.tables{overflow-x:auto}
table{border-collapse:collapse;width:100%;font-size:12px;line-height:16px}
th{font-weight:400;color:var(--ink3);text-align:left;vertical-align:bottom;padding:6px 10px 6px 0;border-bottom:1px solid var(--axis)}
td{padding:5px 10px 5px 0;border-bottom:1px solid var(--border);vertical-align:top;white-space:nowrap}
th.n,td.n{text-align:right}
td.n,td.name{font-family:"JetBrains Mono",ui-monospace,Menlo,Consolas,"DejaVu Sans Mono",monospace;font-variant-ligatures:none}
th:last-child,td:last-child{padding-right:0}
tr:last-child td{border-bottom:none}
td.name,td.wrap{white-space:normal;overflow-wrap:break-word;max-width:48ch}
dl{display:grid;grid-template-columns:auto 1fr;gap:4px 16px;margin:0;font-size:12px;line-height:18px}
dt{color:var(--ink2)}
dd{margin:0;text-align:right;overflow-wrap:anywhere;font-family:"JetBrains Mono",ui-monospace,Menlo,Consolas,"DejaVu Sans Mono",monospace}
.measured,.estimated{padding-left:12px;margin-top:12px;max-width:560px}
.measured+.figure{margin-top:24px}
.measured{border-left:2px solid var(--ink2)}
.estimated{border-left:2px dotted var(--axis)}
.measured h3 span,.estimated h3 span{font-weight:400;color:var(--ink3);font-size:12px;margin-left:6px}
.big{font:500 28px/32px "JetBrains Mono",ui-monospace,Menlo,Consolas,"DejaVu Sans Mono",monospace}
.unit{color:var(--ink2)}
.verdict{display:inline-block;border-radius:4px;padding:2px 8px;font-weight:600;font-size:12px}
.passed{color:var(--ok);background:var(--okSoft)}
.refused{color:var(--fail);background:var(--failSoft)}
.empty{color:var(--ink3);padding:24px 0;text-align:center}
.muted{color:var(--ink3)}
ul{margin:0;padding-left:18px}
footer{color:var(--ink3);font-size:12px;margin-top:24px}
@media print{
body{background:none;-webkit-print-color-adjust:exact;print-color-adjust:exact}
main{max-width:none;padding:0}
.card,tr,.figure{break-inside:avoid}
.card.long{break-inside:auto}
h2{break-after:avoid}.card>header{break-inside:avoid;break-after:avoid}
@page{margin:12mm}
table{font-size:9px;line-height:12px}td,th{padding:3px 6px 3px 0}
.figure svg{max-width:100%;height:auto}
.figure,.tables{overflow:visible}
}
)";

} // namespace

std::string chartStyle()
{
    return std::string(":root{") + kLight + "color-scheme:light dark}\n@media screen and (prefers-color-scheme:dark){:root{"
        + kDark + "}}\n" + kCharts;
}

std::string pageStyle() { return chartStyle() + kPage; }

} // namespace halftone
