// A stand-in for the Office runtime, as strict as the real one where it matters to us: what was not
// loaded and synced cannot be read, an answer over 5 MB fails, and a text that looks like a number,
// a date or a formula becomes one unless it is guarded.
(() => {
  const MOST_ANSWER = 5 * 1024 * 1024;
  const book = (globalThis.__book = globalThis.__book ?? { name: "tracker", sheets: [], names: {} });
  const stats = (globalThis.__stats = { syncs: 0, shown: 0, errors: [] });
  book.sheets.forEach((sheet) => {
    sheet.formulas ??= {};
    sheet.formats ??= {};
    sheet.tables ??= [];
    sheet.charts ??= [];
  });
  book.selection ??= { sheet: book.sheets[0]?.name, row: 0, column: 0 };
  const sheetOf = (name) => {
    const found = book.sheets.find((sheet) => sheet.name === name);
    if (!found) throw new Error(`ItemNotFound: ${name}`);
    return found;
  };
  const ERRORS = new Set(["#N/A", "#VALUE!", "#REF!", "#NAME?", "#DIV/0!", "#NUM!", "#NULL!"]);

  function put(sheet, row, column, value) {
    const at = `${row},${column}`;
    delete sheet.formulas[at];
    const text = sheet.formats[at] === "@";
    if (typeof value === "string") {
      if (value.startsWith("'")) value = value.slice(1);
      else if (!text && value.startsWith("=")) {
        sheet.formulas[at] = value;
        value = 0;
      } else if (!text && value !== "" && /^\s*[-+(¥$]?[\d,.]+%?\)?(e[+-]?\d+)?\s*$/i.test(value)) {
        value = Number(value.replace(/[^\d.eE+-]/g, ""));
      } else if (!text && /^\d{2,4}[-/]\d{1,2}([-/]\d{1,2})?( \d|$)/.test(value)) value = 45000;
      else if (!text && /^(true|false)$/i.test(value)) value = /^t/i.test(value);
      else if (!text && /^[-+@]/.test(value)) throw new Error(`InvalidArgument: ${value}`);
    } else if (text && typeof value === "number") value = String(value);
    while (sheet.values.length <= row) sheet.values.push([]);
    const cells = sheet.values[row];
    while (cells.length <= column) cells.push("");
    cells[column] = value ?? "";
  }
  const get = (sheet, row, column) => sheet.values[row]?.[column] ?? "";
  function typeOf(value) {
    if (value === "") return "Empty";
    if (ERRORS.has(value)) return "Error";
    return { string: "String", number: "Double", boolean: "Boolean" }[typeof value];
  }

  class Context {
    constructor() {
      this.ops = [];
      this.answer = 0;
      this.workbook = new Workbook(this);
    }
    async sync() {
      stats.syncs += 1;
      await Promise.resolve();
      await new Promise((done) => setTimeout(done, 0));
      const ops = this.ops;
      this.ops = [];
      this.answer = 0;
      for (const op of ops) op();
      if (this.answer > MOST_ANSWER) throw new Error("ResponsePayloadSizeLimitExceeded");
    }
  }

  /** Properties are read after load and sync only; what is set takes effect at the next sync. */
  class Proxied {
    constructor(context) {
      this.context = context;
      this.loaded = {};
      for (const name of this.constructor.reads ?? []) {
        Object.defineProperty(this, name, {
          get: () => {
            if (!(name in this.loaded)) throw new Error(`PropertyNotLoaded: ${name}`);
            return this.loaded[name];
          },
          set: (value) => {
            const copy = structuredClone(value);
            context.ops.push(() => this.write(name, copy));
          },
        });
      }
    }
    load(fields) {
      this.context.ops.push(() => {
        if (this.absent?.()) {
          this.loaded.isNullObject = true;
          return;
        }
        this.loaded.isNullObject = false;
        for (const field of String(fields).split(",")) this.fetch(field.trim());
      });
      return this;
    }
    fetch(field) {
      const value = this.read(field);
      this.loaded[field] = value;
      this.context.answer += JSON.stringify(value ?? null).length;
    }
    write(name) {
      throw new Error(`ReadOnly: ${name}`);
    }
  }

  const shadow = (onSet = () => {}) =>
    new Proxy({}, {
      get: (target, name) => (name in target ? target[name] : (target[name] = shadow(onSet))),
      set: (target, name, value) => (onSet(name, value), (target[name] = value), true),
    });

  class Range extends Proxied {
    static reads = ["values", "formulas", "valueTypes", "numberFormat", "rowIndex", "columnIndex",
      "rowCount", "columnCount", "isNullObject", "address"];
    constructor(context, sheet, area, absent) {
      super(context);
      this.sheet = sheet;
      this.area = area;
      this.absent = absent;
      this.format = shadow();
      this.format.borders = { getItem: () => shadow() };
    }
    grid(cell) {
      const { row, column, rows, columns } = this.area();
      if (row < 0 || column < 0 || rows < 1 || columns < 1) throw new Error("InvalidArgument");
      return Array.from({ length: rows }, (_, r) =>
        Array.from({ length: columns }, (_, c) => cell(row + r, column + c)),
      );
    }
    read(field) {
      const sheet = sheetOf(this.sheet());
      const area = this.area();
      switch (field) {
        case "values": return this.grid((r, c) => get(sheet, r, c));
        case "formulas": return this.grid((r, c) => sheet.formulas[`${r},${c}`] ?? get(sheet, r, c));
        case "valueTypes": return this.grid((r, c) => typeOf(get(sheet, r, c)));
        case "numberFormat": return this.grid((r, c) => sheet.formats[`${r},${c}`] ?? "General");
        case "rowIndex": return area.row;
        case "columnIndex": return area.column;
        case "rowCount": return area.rows;
        case "columnCount": return area.columns;
        default: throw new Error(`no such field: ${field}`);
      }
    }
    write(name, value) {
      const sheet = sheetOf(this.sheet());
      const { row, column, rows, columns } = this.area();
      if (name === "numberFormat" && value.length === 1 && value[0].length === 1) {
        value = Array.from({ length: rows }, () => Array(columns).fill(value[0][0]));
      }
      if (value.length !== rows || value.some((line) => line.length !== columns)) {
        throw new Error(`InvalidArgument: ${name} has another shape than the range`);
      }
      value.forEach((line, r) =>
        line.forEach((cell, c) => {
          if (name === "numberFormat") sheet.formats[`${row + r},${column + c}`] = cell;
          else put(sheet, row + r, column + c, cell);
        }),
      );
    }
    getCell(r, c) {
      return new Range(this.context, this.sheet, () => {
        const { row, column } = this.area();
        return { row: row + r, column: column + c, rows: 1, columns: 1 };
      });
    }
    clear() {
      this.context.ops.push(() => {
        const sheet = sheetOf(this.sheet());
        sheet.values = [];
        sheet.formulas = {};
        sheet.formats = {};
      });
    }
    merge() {}
    select() {
      this.context.ops.push(() => {
        const { row, column } = this.area();
        book.selection = { sheet: this.sheet(), row, column };
      });
    }
  }

  class Sheet extends Proxied {
    static reads = ["name", "showGridlines", "isNullObject"];
    constructor(context, name) {
      super(context);
      this.at = name;
      this.tables = new Lists(context, () => sheetOf(name()).tables, (list) => new List(context, name, list));
      this.charts = new Lists(context, () => sheetOf(name()).charts, (chart) => new Chart(context, name, chart));
      this.charts.add = (type, range) => {
        const chart = { type, name: "", series: [{}], title: "", area: null };
        context.ops.push(() => {
          chart.area = range.area();
          sheetOf(name()).charts.push(chart);
        });
        return new Chart(context, name, chart);
      };
      this.freezePanes = { freezeRows: (rows) => context.ops.push(() => (sheetOf(name()).frozen = rows)) };
    }
    read(field) {
      return sheetOf(this.at())[field];
    }
    write(name, value) {
      sheetOf(this.at())[name] = value;
    }
    getRangeByIndexes(row, column, rows, columns) {
      return new Range(this.context, this.at, () => ({ row, column, rows, columns }));
    }
    getRange(address) {
      const match = /^([A-Z]+)(\d+)$/.exec(address ?? "A1");
      const column = [...match[1]].reduce((sum, letter) => sum * 26 + letter.charCodeAt(0) - 64, 0) - 1;
      return this.getRangeByIndexes(Number(match[2]) - 1, column, 1, 1);
    }
    getUsedRangeOrNullObject() {
      const area = () => {
        const { values } = sheetOf(this.at());
        let rows = 0, columns = 0;
        values.forEach((line, r) => line.forEach((cell, c) => {
          if (cell !== "") [rows, columns] = [Math.max(rows, r + 1), Math.max(columns, c + 1)];
        }));
        return { row: 0, column: 0, rows, columns };
      };
      return new Range(this.context, this.at, area, () => area().rows === 0);
    }
    activate() {
      this.context.ops.push(() => (book.active = this.at()));
    }
  }

  class Lists extends Proxied {
    static reads = ["items"];
    constructor(context, source, make) {
      super(context);
      this.source = source;
      this.make = make;
    }
    fetch(field) {
      const [, part] = field.split("/");
      this.loaded.items ??= this.source().map((item) => this.make(item));
      for (const item of this.loaded.items) item.fetch(part);
    }
  }
  class List extends Proxied {
    static reads = ["name"];
    constructor(context, sheet, list) {
      super(context);
      this.sheet = sheet;
      this.list = list;
    }
    read(field) {
      return this.list[field];
    }
    getRange() {
      return new Range(this.context, this.sheet, () => this.list.area);
    }
    resize(range) {
      this.context.ops.push(() => (this.list.area = range.area()));
    }
  }
  class Chart extends Proxied {
    static reads = ["name"];
    constructor(context, sheet, chart) {
      super(context);
      this.chart = chart;
      this.title = { set text(value) { chart.title = value; } };
      this.legend = shadow();
      const series = (one) => ({
        set name(value) { one.name = value; },
        setValues: (range) => context.ops.push(() => (one.values = range.area())),
        setXAxisValues: (range) => context.ops.push(() => (one.categories = range.area())),
        format: { fill: { setSolidColor: (colour) => (one.colour = colour) } },
      });
      this.series = {
        getItemAt: (at) => series(chart.series[at]),
        add: (name) => {
          chart.series.push({ name });
          return series(chart.series.at(-1));
        },
      };
      this.delete = () => context.ops.push(() => {
        const { charts } = sheetOf(sheet());
        charts.splice(charts.indexOf(chart), 1);
      });
    }
    read(field) {
      return this.chart[field];
    }
    setPosition() {}
  }
  class Name extends Proxied {
    static reads = ["name", "formula", "visible", "isNullObject"];
    constructor(context, name) {
      super(context);
      this.at = name;
      this.absent = () => !(name in book.names);
    }
    read(field) {
      return field === "name" ? this.at : field === "formula" ? book.names[this.at] : true;
    }
    write() {}
    delete() {
      this.context.ops.push(() => delete book.names[this.at]);
    }
  }
  class Workbook extends Proxied {
    static reads = ["name"];
    constructor(context) {
      super(context);
      this.names = new Lists(context, () => Object.keys(book.names), (name) => new Name(context, name));
      this.names.getItemOrNullObject = (name) => new Name(context, name);
      this.names.add = (name, range) => {
        context.ops.push(() => {
          const { row, column } = range.area();
          let letters = "";
          for (let n = column + 1; n > 0; n = Math.floor((n - 1) / 26)) {
            letters = String.fromCharCode(65 + ((n - 1) % 26)) + letters;
          }
          book.names[name] = `='${range.sheet().replaceAll("'", "''")}'!$${letters}$${row + 1}`;
        });
        return new Name(context, name);
      };
      this.worksheets = new Lists(
        context, () => book.sheets, (sheet) => new Sheet(context, () => sheet.name));
      this.worksheets.getItem = (name) => new Sheet(context, () => sheetOf(name).name);
      this.worksheets.getActiveWorksheet = () => new Sheet(context, () => book.active ?? book.sheets[0].name);
      this.worksheets.add = (name) => {
        context.ops.push(() =>
          book.sheets.push({ name, values: [], formulas: {}, formats: {}, tables: [], charts: [] }));
        return new Sheet(context, () => name);
      };
    }
    read(field) {
      return book[field];
    }
    getSelectedRange() {
      return new Range(this.context, () => book.selection.sheet, () => ({
        row: book.selection.row, column: book.selection.column, rows: 1, columns: 1 }));
    }
  }

  globalThis.Excel = {
    run: async (work) => {
      const context = new Context();
      const result = await work(context);
      await context.sync();
      return result;
    },
  };

  const actions = {};
  let ready;
  globalThis.Office = {
    onReady: () => (ready ??= Promise.resolve({ host: "Excel", platform: "PC" })),
    actions: { associate: (id, action) => (actions[id] = action) },
    addin: { showAsTaskpane: async () => void (stats.shown += 1) },
    context: {
      displayLanguage: globalThis.__language ?? "zh-CN",
      requirements: { isSetSupported: (set, version) => Number(version) <= (globalThis.__set ?? 1.1) },
    },
  };
  const stored = {};
  globalThis.OfficeRuntime = {
    storage: {
      getItem: async (key) => stored[key] ?? null,
      setItem: async (key, value) => void (stored[key] = value),
    },
  };
  const functions = {};
  class CellError extends Error {
    constructor(code, message) {
      super(message ?? "");
      this.code = code;
    }
  }
  globalThis.CustomFunctions = {
    associate: (id, fn) => (functions[id] = fn),
    Error: CellError,
    ErrorCode: { invalidValue: "#VALUE!", notAvailable: "#N/A", divisionByZero: "#DIV/0!",
      invalidNumber: "#NUM!", nullReference: "#NULL!" },
  };

  /** Press a button of the ribbon; resolves when the action says it is completed. */
  globalThis.__press = (id) =>
    new Promise((completed, failed) => {
      if (!actions[id]) throw new Error(`no action ${id}`);
      Promise.resolve(actions[id]({ completed })).catch(failed);
    });
  globalThis.__actions = () => Object.keys(actions);
  globalThis.__functions = () => Object.keys(functions);

  const into = (value) => {
    if (value !== null && typeof value === "object" && !Array.isArray(value) && "error" in value) {
      return new CellError(value.error);
    }
    return value;
  };
  const range = (value) =>
    !Array.isArray(value)
      ? [[into(value)]]
      : value.map((row) => (Array.isArray(row) ? row.map(into) : [into(row)]));
  const out = (value) => {
    if (value instanceof CellError) {
      const told = value.code === "#VALUE!" || value.code === "#N/A";
      return { error: value.code, ...(told && value.message ? { message: value.message } : {}) };
    }
    if (value === null) return 0; // Excel shows null as 0.
    if (typeof value === "object") {
      if (value.type !== "Double") return { error: "#VALUE!" };
      return { value: value.basicValue, format: value.numberFormat };
    }
    return value;
  };

  /** A cell as Excel computes it: `parameters` are those of functions.json. */
  globalThis.__calculate = async (id, args, parameters, invocation = {}) => {
    const given = parameters.map((parameter, i) => {
      if (parameter.repeating) return args.slice(i).map(range);
      return i < args.length && args[i] !== null ? range(args[i]) : i < args.length ? [[null]] : null;
    });
    try {
      const result = await functions[id](...given, invocation);
      if (!Array.isArray(result) || !Array.isArray(result[0])) return { error: "#VALUE!" };
      if (new Set(result.map((row) => row.length)).size !== 1) return { error: "#VALUE!" };
      return result.map((row) => row.map(out));
    } catch (error) {
      return error instanceof CellError ? out(error) : { error: "#VALUE!", thrown: String(error) };
    }
  };
})();
