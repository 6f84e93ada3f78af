// The pane's own words. Names of functions, buttons, tables and choices come from the service.
import type { Lang } from "./wire";

const WORDS = {
  cases: ["今日个案", "Today's cases"],
  buttons: ["按钮", "Buttons"],
  functions: ["函数", "Functions"],
  problems: ["问题", "Problems"],
  rules: ["规则", "Rules"],
  settings: ["设置", "Settings"],
  reload: ["重新读取", "Reload"],
  reading: ["正在读取表格…", "Reading the table…"],
  sending: ["正在发送…", "Sending…"],
  compute: ["正在计算…", "Computing…"],
  read: ["正在读取…", "Reading…"],
  write: ["正在写入…", "Writing…"],
  writing: ["正在写入…", "Writing…"],
  again: ["表格刚被改动，正在重新读取…", "The table has just changed; reading again…"],
  done: ["完成", "Done"],
  press: ["执行", "Go"],
  cancel: ["取消", "Cancel"],
  search: ["搜索函数", "Search functions"],
  tryIt: ["试一试", "Try it"],
  insert: ["写入所选单元格", "Put into the selected cell"],
  optional: ["可选", "optional"],
  noCases: ["没有待处理的个案。", "No open cases."],
  noProblems: ["没有问题。", "No problems."],
  noTracker: [
    "这个文件里没有跟踪表。用 fanpan new 新建一个，或让工作表和列使用跟踪表的标题。",
    "This file holds no tracker: make one with fanpan new, or give its sheets and columns the titles of one.",
  ],
  jump: ["转到", "Go to"],
  due: ["截止", "due"],
  save: ["保存", "Save"],
  saved: ["已保存；点“刷新”按新规则重新计算。", "Saved; Refresh computes with the new rules."],
  ruleHint: [
    "改一格，按回车保存；有问题的行在刷新后写明原因。",
    "Change a cell and press Enter; a row with a problem says why after Refresh.",
  ],
  token: ["服务令牌", "Token of the service"],
  enterToken: ["填写令牌", "Enter the token"],
  who: ["我的名字", "My name"],
  language: ["语言", "Language"],
  cellLanguage: ["单元格里的文字", "Words in cells"],
  unreachable: [
    "翻盘服务没有应答；请确认它正在运行，然后重新计算。",
    "The Fanpan service does not answer; make sure it runs, then recalculate.",
  ],
  strange: ["翻盘服务的回答看不懂。", "The Fanpan service answered something that cannot be read."],
  preview: ["输入完成后计算。", "Computed when the formula is entered."],
  tooMany: [
    "{table}有 {rows} 行，超过面板一次能处理的 {most} 行；请用命令行：fanpan {button} 文件.xlsx",
    "{table} has {rows} rows, more than the {most} that the pane handles at once; use the command line: fanpan {button} FILE.xlsx",
  ],
  moved: [
    "计算期间表格一直在变，没有写入任何内容；请稍后再按一次。",
    "The table kept changing meanwhile, so nothing was written; press again a little later.",
  ],
  kept: [
    "{count} 个单元格在计算期间被人改动，保留了人的内容。",
    "{count} cells were changed by somebody meanwhile and were left as they are.",
  ],
  twoColumns: [
    "有两列都可能是“{title}”：请给其中一列改名。",
    "Two columns could be “{title}”: rename the one that is not meant.",
  ],
  notOurs: [
    "“{title}”列不是翻盘建立的，却用了计算列的标题：请改名。",
    "The column “{title}” was not made by Fanpan, but carries the title of a computed column: rename it.",
  ],
  noTable: ["工作簿里没有“{table}”表，未写入。", "There is no table {table} in the workbook; it was not written."],
  changed: ["改动 {count} 个单元格，新增 {rows} 行", "{count} cells changed, {rows} rows added"],
  copy: ["复制", "Copy"],
  copied: ["已复制", "Copied"],
  copyByHand: ["请选中文字后复制", "Select the text and copy it"],
  download: ["下载", "Download"],
  downloadTracker: ["下载跟踪表", "Download the tracker"],
  drop: [
    "把跟踪表（.xlsx）或平台导出文件拖到这里，或点此选择",
    "Drop a tracker (.xlsx) or a platform's export here, or click to choose",
  ],
  noFile: ["先放入跟踪表；没有的话，导入第一个导出文件时会新建。", "Drop a tracker first; without one, the first import makes it."],
  unsaved: [
    "{file} 有改动还没有下载。要放弃这些改动，打开另一个跟踪表吗？",
    "{file} has changes that were not downloaded. Drop them and open the other tracker?",
  ],
  askFirst: ["先填写：{titles}", "Fill in first: {titles}"],
  none: ["（不选）", "(none)"],
  summary: ["结果说明", "What was done"],
  start: ["翻盘", "Fanpan"],
  told: ["{title}：{text}", "{title}: {text}"],
  open: ["{count} 件在办，其中 {late} 件超时", "{count} open, {late} of them overdue"],
  row: ["第 {row} 行", "row {row}"],
  stopped: ["已取消，表格没有改动。", "Cancelled; nothing was changed."],
  tableGroup: ["表格", "Table"],
  caseGroup: ["个案", "Casework"],
  reportGroup: ["报告", "Reports"],
  steering: ["管理", "Steering"],
  late: ["超时 {time}", "{time} overdue"],
  left: ["还剩 {time}", "{time} left"],
  days: ["{days} 天 {hours} 小时", "{days} d {hours} h"],
  hours: ["{hours} 小时 {minutes} 分", "{hours} h {minutes} min"],
  busy: ["正在执行：{title}", "Working: {title}"],
  connected: ["服务已连接", "Service connected"],
  onlyDesktop: ["这里打不开单元格。", "There is no cell to open here."],
} as const satisfies Record<string, readonly [string, string]>;

export type Word = keyof typeof WORDS;
export type Words = (word: Word, gaps?: Record<string, string | number>) => string;

export function words(lang: () => Lang): Words {
  return (word, gaps = {}) =>
    WORDS[word][lang() === "zh" ? 0 : 1].replace(/\{(\w+)\}/g, (_, name) => String(gaps[name] ?? ""));
}
