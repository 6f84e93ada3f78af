// Stand-ins for the services of Apps Script, as strict as the real ones where it matters to us; the
// script itself is loaded by gas-local. Reads one JSON request per line, { call, args }, and answers
// on one line. No Google took part.
const fs = require("fs");
const path = require("path");
const vm = require("vm");
const zlib = require("zlib");
const crypto = require("crypto");
const { spawnSync } = require("child_process");
const readline = require("readline");
const gas = require("gas-local");

const setup = JSON.parse(fs.readFileSync(process.argv[2], "utf8"));
const book = setup.book;
const zone = setup.zone;
const state = { fetches: 0, alerts: [], toasts: [], menus: [], sidebar: "", prompts: [], locked: false, locks: 0,
  custom: false, opening: false, writes: 0, failures: 0, between: null, packed: 0, cache: new Map(), properties: { ...setup.properties }, flushes: 0, down: false };
book.sheets.forEach((sheet, at) => {
  sheet.id ??= at + 1;
  sheet.formulas ??= {};
  sheet.formats ??= {};
  sheet.meta ??= [];
  sheet.charts ??= [];
});
book.active ??= { sheet: book.sheets[0]?.name, row: 1, column: 1 };

const clocks = new Map(); // making a format takes longer than a thousand uses of it
const clock = (tz) => {
  if (!clocks.has(tz)) {
    clocks.set(tz, new Intl.DateTimeFormat("en-US", { timeZone: tz, hourCycle: "h23", year: "numeric", month: "2-digit",
      day: "2-digit", hour: "2-digit", minute: "2-digit", second: "2-digit" }));
  }
  return clocks.get(tz);
};
const parts = (date, tz) => {
  const found = {};
  for (const { type, value } of clock(tz).formatToParts(date)) found[type] = value;
  return found;
};
const formatDate = (date, tz, pattern) => {
  const p = parts(date, tz);
  return pattern.replace(/'T'/, "T").replace("yyyy", p.year).replace("MM", p.month).replace("dd", p.day)
    .replace("HH", p.hour).replace("mm", p.minute).replace("ss", p.second);
};
const parseDate = (text, tz) => {
  const [y, mo, d, h, mi, s] = text.match(/\d+/g).map(Number);
  let guess = Date.UTC(y, mo - 1, d, h, mi, s);
  for (let i = 0; i < 2; i++) {
    const p = parts(new Date(guess), tz);
    guess += Date.UTC(y, mo - 1, d, h, mi, s) - Date.UTC(+p.year, p.month - 1, +p.day, +p.hour, +p.minute, +p.second);
  }
  return new Date(guess);
};
const SERIAL = Date.UTC(1899, 11, 30);
const serialOf = (date) => {
  const p = parts(date, zone);
  return (Date.UTC(+p.year, p.month - 1, +p.day, +p.hour, +p.minute, +p.second) - SERIAL) / 86400000;
};
const isDate = (value) => Object.prototype.toString.call(value) === "[object Date]";
const bytes = (buffer) => [...buffer].map((byte) => (byte > 127 ? byte - 256 : byte));

// Cells are kept raw: numbers, texts, booleans; a date is a number whose format is a date's.
const isDateFormat = (format) => /y|d/i.test(format ?? "");
const letters = (column) => (column > 26 ? letters(Math.floor((column - 1) / 26)) : "") + String.fromCharCode(65 + ((column - 1) % 26));

// ARRAYFORMULA fills its column down to the last row that it names, blank texts included.
const namedEnd = (formula) => {
  if (!/ARRAYFORMULA/i.test(formula)) return 0;
  // Ranges of other sheets do not say how far this one is filled.
  return Math.max(0, ...[...formula.matchAll(/(?<![!$A-Z\d])\$?[A-Z]+\$?\d+:\$?[A-Z]+\$?(\d+)/g)].map((found) => +found[1]));
};
const spillEnd = (sheet, formula) => (/ARRAYFORMULA.*[A-Z]+\d+:\$?[A-Z]+(?!\$?[A-Z\d])/i.test(formula) ? sheet.maxRows : namedEnd(formula));
const mayWrite = (what) => {
  if (state.custom || state.opening) throw new Error(`You do not have permission to call ${what}`);
};
class Range {
  constructor(sheet, row, column, height = 1, width = 1) {
    if (row < 1 || column < 1 || height < 1 || width < 1) throw new Error("The number of rows in the range must be at least 1.");
    if (row + height - 1 > sheet.maxRows || column + width - 1 > sheet.maxColumns) throw new Error("The coordinates of the range are outside the dimensions of the sheet.");
    Object.assign(this, { sheet, row, column, height, width });
  }
  each(work) {
    return Array.from({ length: this.height }, (_, r) => Array.from({ length: this.width }, (_, c) => work(this.row + r, this.column + c, r, c)));
  }
  getSheet() { return this.sheet; }
  getA1Notation() { return `${letters(this.column)}${this.row}:${letters(this.column + this.width - 1)}${this.row + this.height - 1}`; }
  getRow() { return this.row; }
  getColumn() { return this.column; }
  getCell(r, c) { return new Range(this.sheet, this.row + r - 1, this.column + c - 1); }
  getValues() {
    return this.each((row, column) => {
      const value = this.sheet.raw.values[row - 1]?.[column - 1] ?? "";
      if (typeof value === "number" && isDateFormat(this.sheet.raw.formats[`${row},${column}`])) {
        const at = new Date(SERIAL + Math.round(value * 86400) * 1000);
        return parseDate(at.toISOString().slice(0, 19), zone);
      }
      return value;
    });
  }
  getValue() { return this.getValues()[0][0]; }
  getFormulas() { return this.each((row, column) => this.sheet.raw.formulas[`${row},${column}`] ?? ""); }
  setValues(values) {
    mayWrite("setValues");
    state.writes += 1;
    if (values.length !== this.height || values.some((row) => row.length !== this.width)) throw new Error("The number of rows in the data does not match.");
    this.each((row, column, r, c) => this.sheet.put(row, column, values[r][c]));
    return this;
  }
  setValue(value) { return this.setValues([[value]]); }
  setFormula(text) { mayWrite("setFormula"); this.sheet.raw.formulas[`${this.row},${this.column}`] = text; return this; }
  setNumberFormat(format) { this.each((row, column) => { this.sheet.raw.formats[`${row},${column}`] = format; }); return this; }
  setNumberFormats(formats) { this.each((row, column, r, c) => { this.sheet.raw.formats[`${row},${column}`] = formats[r][c]; }); return this; }
  merge() { (this.sheet.raw.merges ??= []).push([this.row, this.column, this.height, this.width]); return this; }
  breakApart() { this.sheet.raw.merges = []; return this; }
  activate() { book.active = { sheet: this.sheet.raw.name, row: this.row, column: this.column }; return this; }
  addDeveloperMetadata(key, value) {
    mayWrite("addDeveloperMetadata");
    if (this.row !== 1 || this.height !== this.sheet.maxRows || this.width !== 1) throw new Error("Developer metadata belongs to a whole row or column.");
    this.sheet.raw.meta.push({ key, value, column: this.column });
    return this;
  }
}
for (const name of ["FontColors", "Backgrounds", "FontWeights", "FontSizes", "Wraps", "HorizontalAlignments"]) {
  Range.prototype[`set${name}`] = function (values) {
    if (values.length !== this.height || values.some((row) => row.length !== this.width)) throw new Error(name);
    this.sheet.raw[name] = values;
    return this;
  };
}
class Sheet {
  constructor(raw) { this.raw = raw; }
  // A formula that fills more rows than there are adds them.
  get maxRows() { return Math.max(this.raw.maxRows ?? 1000, this.raw.values.length, ...Object.values(this.raw.formulas).map(namedEnd)); }
  get maxColumns() { return this.raw.maxColumns ?? Math.max(26, ...this.raw.values.map((row) => row.length)); }
  put(row, column, value) {
    const at = `${row},${column}`;
    delete this.raw.formulas[at];
    for (const [place, formula] of Object.entries(this.raw.formulas)) {
      const [top, left] = place.split(",").map(Number);
      const covered = left === column && top < row && row <= spillEnd(this, formula);
      if (covered && value !== "") this.raw.values[top - 1][left - 1] = "#REF!";
    }
    while (this.raw.values.length < row) this.raw.values.push([]);
    const cells = this.raw.values[row - 1];
    while (cells.length < column) cells.push("");
    if (isDate(value)) { value = serialOf(value); this.raw.formats[at] = "yyyy-mm-dd hh:mm:ss"; }
    if (typeof value === "string") {
      const text = this.raw.formats[at] === "@";
      if (value.startsWith("'")) value = value.slice(1);
      else if (!text && value.startsWith("=")) { this.raw.formulas[at] = value; value = 0; }
      else if (!text && /^\s*[-+(¥$]?[\d,.]+%?\)?(e[+-]?\d+)?\s*$/i.test(value)) value = Number(value.replace(/[^\d.eE+-]/g, ""));
      else if (!text && /^\d{4}-\d\d?-\d\d?/.test(value)) value = 45000;
      else if (!text && /^(true|false)$/i.test(value)) value = /^t/i.test(value);
    }
    cells[column - 1] = value ?? "";
  }
  used() {
    let row = 0, column = 0;
    this.raw.values.forEach((cells, r) => cells.forEach((cell, c) => {
      if (cell !== "" && cell !== null) { row = Math.max(row, r + 1); column = Math.max(column, c + 1); }
    }));
    for (const [place, formula] of Object.entries(this.raw.formulas)) row = Math.max(row, spillEnd(this, formula));
    return [row, column];
  }
  getSheetId() { return this.raw.id; }
  getIndex() { return book.sheets.indexOf(this.raw) + 1; }
  getRangeList(places) { return { setNumberFormat: (format) => places.map((place) => this.at(place)).forEach((range) => range.setNumberFormat(format)) }; }
  at(place) {
    const [first, last = first] = place.split(":").map((cell) => {
      const [, letters, row] = cell.match(/^([A-Z]+)(\d+)$/);
      return [+row, [...letters].reduce((sum, letter) => 26 * sum + letter.charCodeAt(0) - 64, 0)];
    });
    return new Range(this, first[0], first[1], last[0] - first[0] + 1, last[1] - first[1] + 1);
  }
  getName() { return this.raw.name; }
  getLastRow() { return this.used()[0]; }
  getLastColumn() { return this.used()[1]; }
  getMaxRows() { return this.maxRows; }
  getMaxColumns() { return this.maxColumns; }
  getRange(row, column, height, width) { return new Range(this, row, column, height, width); }
  insertRowsAfter(at, count) { this.raw.maxRows = this.maxRows + count; }
  insertColumnsAfter(at, count) { this.raw.maxColumns = this.maxColumns + count; }
  addDeveloperMetadata(key, value) { this.raw.meta.push({ key, value }); return this; }
  getCharts() { return this.raw.charts.slice(); }
  removeChart(chart) { this.raw.charts = this.raw.charts.filter((one) => one !== chart); }
  clear() { this.raw.values = []; this.raw.formulas = {}; this.raw.formats = {}; }
  setHiddenGridlines() { return this; }
  setFrozenRows(count) { this.raw.frozen = count; }
  setColumnWidth(column, width) { if (!(width > 0)) throw new Error("width"); }
  activate() { book.active = { sheet: this.raw.name, row: 1, column: 1 }; return this; }
  newChart() {
    const chart = { ranges: [], options: {} };
    const builder = {
      setChartType: (type) => ((chart.type = type), builder),
      addRange: (range) => (chart.ranges.push([range.row, range.column, range.height]), builder),
      setOption: (name, value) => ((chart.options[name] = value), builder),
      setPosition: (...place) => ((chart.place = place), builder),
      build: () => chart,
    };
    return builder;
  }
  insertChart(chart) { if (!chart.type) throw new Error("chart type"); this.raw.charts.push(chart); }
}
const sheets = () => book.sheets.map((raw) => new Sheet(raw));
const spreadsheet = {
  getSpreadsheetTimeZone: () => zone,
  getName: () => book.name,
  getSheets: sheets,
  toast: (text, title) => state.toasts.push([title, text]),
  insertSheet: (name) => {
    if (book.sheets.some((sheet) => sheet.name.toLowerCase() === name.toLowerCase())) throw new Error(`A sheet with the name "${name}" already exists.`);
    book.sheets.push({ name, id: 1000 + book.sheets.length, values: [], formulas: {}, formats: {}, meta: [], charts: [] });
    return new Sheet(book.sheets.at(-1));
  },
  createDeveloperMetadataFinder: () => {
    const wanted = {};
    const finder = {
      withKey: (key) => ((wanted.key = key), finder),
      withValue: (value) => ((wanted.value = value), finder),
      find: () => sheets().flatMap((sheet) => sheet.raw.meta
        .filter((meta) => meta.key === wanted.key && (wanted.value === undefined || meta.value === wanted.value))
        .map((meta) => ({
          getValue: () => meta.value,
          getLocation: () => ({
            getColumn: () => (meta.column ? new Range(sheet, 1, meta.column, sheet.maxRows, 1) : null),
            getSheet: () => (meta.column ? null : sheet),
          }),
        }))),
    };
    return finder;
  },
};
const globals = {
  console,
  SpreadsheetApp: {
    getActiveSpreadsheet: () => spreadsheet,
    getActiveRange: () => new Range(sheets().find((sheet) => sheet.raw.name === book.active.sheet), book.active.row, book.active.column),
    flush: () => { state.flushes += 1; },
    getUi: () => {
      if (state.custom) throw new Error("You do not have permission to call getUi");
      const menu = (title) => {
        const made = { title, items: [] };
        const builder = {
          addItem: (label, name) => {
            if (typeof context[name] !== "function") throw new Error(`no function ${name}`);
            made.items.push([label, name]);
            return builder;
          },
          addSubMenu: (part) => (made.items.push(part.made), builder),
          addSeparator: () => builder,
          addToUi: () => state.menus.push(made),
          made,
        };
        return builder;
      };
      return {
        createMenu: menu,
        showSidebar: (page) => { state.sidebar = page.html; },
        alert: (...told) => state.alerts.push(told.slice(0, 2)),
        prompt: () => {
          const text = state.prompts.shift();
          return { getSelectedButton: () => (text === undefined ? "CANCEL" : "OK"), getResponseText: () => text ?? "" };
        },
        ButtonSet: { OK: "OK", OK_CANCEL: "OK_CANCEL" },
        Button: { OK: "OK", CANCEL: "CANCEL" },
      };
    },
  },
  Charts: { ChartType: { COLUMN: "COLUMN", BAR: "BAR", LINE: "LINE", PIE: "PIE" } },
  Utilities: {
    Charset: { UTF_8: "UTF-8" },
    DigestAlgorithm: { SHA_256: "sha256" },
    computeDigest: (kind, text) => bytes(crypto.createHash(kind).update(text, "utf8").digest()),
    computeHmacSha256Signature: (text, key) => bytes(crypto.createHmac("sha256", key).update(text, "utf8").digest()),
    formatDate,
    parseDate,
    sleep: () => {},
    newBlob: (text) => ({ text }),
    gzip: ({ text }) => ({ getBytes: () => bytes(zlib.gzipSync(text)) }),
  },
  PropertiesService: {
    getScriptProperties: () => ({
      getProperties: () => ({ ...state.properties }),
      setProperty: (name, value) => { state.properties[name] = value; },
    }),
  },
  CacheService: {
    getScriptCache: () => ({
      get: (key) => { if (key.length > 250) throw new Error("Argument too large: key"); return state.cache.get(key) ?? null; },
      put: (key, value, seconds) => {
        if (key.length > 250 || Buffer.byteLength(value) > 100 * 1024) throw new Error("Argument too large: value");
        if (seconds > 21600) throw new Error("expiration");
        state.cache.set(key, value);
      },
    }),
  },
  LockService: {
    getDocumentLock: () => ({
      tryLock: () => { if (state.locked) return false; state.locked = true; state.locks += 1; return true; },
      releaseLock: () => { state.locked = false; },
    }),
  },
  UrlFetchApp: {
    fetch: (url, options) => {
      if (state.opening) throw new Error("You do not have permission to call UrlFetchApp.fetch");
      state.fetches += 1;
      for (const [name, value] of Object.entries(options.headers ?? {})) {
        if (!/^[\x20-\x7e]*$/.test(value)) throw new Error(`Attribute provided with invalid value: Header:${name}`);
      }
      const change = state.between;
      if (change && url.includes("/v1/buttons/")) { state.between = null; Object.assign(book, change); }
      if (state.failures > 0) { state.failures -= 1; throw new Error("Address unavailable"); }
      if (state.down) throw new Error("Address unavailable");
      if ((options.payload ?? "").length > 50 * 1024 * 1024) throw new Error("Limit Exceeded: URLFetch POST Size.");
      const packed = Array.isArray(options.payload);
      if (packed) state.packed += 1;
      const payload = packed ? Buffer.from(options.payload.map((byte) => byte & 255)) : Buffer.from(options.payload ?? "");
      const input = JSON.stringify({ url, options: { ...options, payload: options.payload && payload.toString("base64") } });
      const done = spawnSync(process.execPath, ["-e", FETCH], { input, maxBuffer: 1 << 28 });
      if (done.status !== 0) throw new Error("Address unavailable");
      const answer = JSON.parse(done.stdout.toString());
      return { getResponseCode: () => answer.status, getContentText: () => answer.text };
    },
  },
  HtmlService: {
    createTemplateFromFile: (name) => {
      const text = fs.readFileSync(path.join(setup.folder, `${name}.html`), "utf8");
      const template = {
        evaluate: () => {
          const html = text.replace(/<\?!=([\s\S]*?)\?>/g, (_, code) => vm.runInContext(`(function (button) { return ${code}; })`, context)(template.button));
          const page = { html, setTitle: () => page };
          return page;
        },
      };
      return template;
    },
  },
};
const FETCH = `
let text = ""; process.stdin.setEncoding("utf8").on("data", (part) => text += part).on("end", async () => {
  const { url, options } = JSON.parse(text);
  const headers = { ...options.headers };
  if (options.contentType) headers["Content-Type"] = options.contentType;
  const answer = await fetch(url, { method: options.method.toUpperCase(), headers, body: options.payload && Buffer.from(options.payload, "base64") });
  process.stdout.write(JSON.stringify({ status: answer.status, text: await answer.text() }));
});`;

const context = vm.createContext(globals);
// A test may stop the clock that buttons read; signatures keep the real one.
if (setup.now) {
  const at = parseDate(setup.now, zone).getTime();
  vm.runInContext(`Date = class extends Date { constructor(...args) { super(...(args.length ? args : [${at}])); } };`, context);
}
gas.require(setup.folder, context);

// Dates travel as { $date: local text } between the test and the script.
const revive = (value) => {
  if (Array.isArray(value)) return value.map(revive);
  if (value && typeof value === "object" && value.$date) return parseDate(value.$date, zone);
  return value;
};
const plain = (value) => {
  if (isDate(value)) return { $date: formatDate(value, zone, "yyyy-MM-dd HH:mm:ss").replace("T", " ") };
  if (Array.isArray(value)) return value.map(plain);
  return value;
};
const OWN = {
  $book: () => book,
  $state: () => ({ ...state, cache: [...state.cache.keys()] }),
  $set: (changes) => Object.assign(state, changes),
  $change: (changes) => Object.assign(book, changes),
};
readline.createInterface({ input: process.stdin }).on("line", (line) => {
  const { call, args } = JSON.parse(line);
  let answer;
  try {
    state.custom = /^FANPAN_/.test(call);
    state.opening = call === "onOpen" || call === "onInstall";
    const run = OWN[call] ?? context[call];
    if (call.endsWith("_")) throw new Error(`private: ${call}`);
    answer = { value: plain(run(...args.map(revive))) ?? null };
  } catch (error) {
    answer = { error: error.message };
  }
  state.custom = state.opening = false;
  process.stdout.write(JSON.stringify(answer) + "\n");
});
