// Edits into the spreadsheet: only what was named, only where nothing moved, texts always as texts.
var FANPAN_PLAIN = ["General", "@"]; // texts are guarded one by one
var FANPAN_READS_AS_OTHER = /^\s*(?:[=+\-@'#(¥$€£.\d\uff01-\uff5e]|true$|false$|上午|下午|(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec))/i;

/** A text that stays a text: Sheets would take it for a formula, a number or a date. */
function fanpanGuarded_(value) {
  if (value === null || value === undefined) return "";
  return typeof value === "string" && FANPAN_READS_AS_OTHER.test(value) ? "'" + value : value;
}

function fanpanSame_(one, other) {
  return JSON.stringify(one === undefined ? null : one) === JSON.stringify(other === undefined ? null : other);
}

/** Whether the rows still carry the keys that the edits were computed for. */
function fanpanUnmoved_(place, table) {
  var zone = SpreadsheetApp.getActiveSpreadsheet().getSpreadsheetTimeZone();
  return place.table.key.every(function (key) {
    if (!table.columns[key] || !table.rows.length) return true;
    if (!place.columns[key] || table.rows[table.rows.length - 1] > place.sheet.getMaxRows()) return false;
    var first = table.rows[0];
    var count = table.rows[table.rows.length - 1] - first + 1;
    var now = place.sheet.getRange(first, place.columns[key], count, 1).getValues();
    return table.rows.every(function (row, at) {
      return fanpanSame_(fanpanCell_(now[row - first][0], zone), table.columns[key][at]);
    });
  });
}

function fanpanWrite_(places, seen, edits, applied) {
  var jobs = Object.keys(edits).filter(function (id) {
    if (!places[id]) applied.absent.push(id);
    return places[id];
  }).map(function (id) {
    // Every table is read before the first is written: Sheets gathers writes until the next read.
    return { place: places[id], edit: edits[id], seen: seen[id], now: fanpanStands_(places[id]) };
  });
  jobs.forEach(function (job) {
    Object.keys(job.edit.cells).forEach(function (column) {
      if (job.place.columns[column]) fanpanWriteColumn_(job, column, job.edit.cells[column], applied);
    });
    if (job.edit.append.length) fanpanAppend_(job, applied);
  });
}

/** A table as it stands: values, formulas and the last row that holds something of its own. */
function fanpanStands_(place) {
  var count = Math.max(0, place.end - place.header);
  var range = place.sheet.getRange(place.header, 1, count + 1, place.sheet.getLastColumn());
  var now = { values: range.getValues().slice(1), formulas: range.getFormulas(), end: place.header,
    zone: SpreadsheetApp.getActiveSpreadsheet().getSpreadsheetTimeZone() };
  now.header = now.formulas.shift();
  now.header.forEach(function (_, column) {
    // What formulas fill in, blank texts too, and unticked boxes reach far below the last row.
    var shut = fanpanShut_(now.formulas, column, now.header);
    now.values.forEach(function (row, at) {
      if (!shut[at] && row[column] !== "" && row[column] !== false) now.end = Math.max(now.end, place.header + 1 + at);
    });
  });
  return now;
}

function fanpanWriteColumn_(job, id, cells, applied) {
  var column = job.place.columns[id] - 1;
  var shut = fanpanShut_(job.now.formulas, column, job.now.header);
  var known = {};
  if (job.seen && job.seen.columns[id]) {
    job.seen.rows.forEach(function (row, at) { known[row] = job.seen.columns[id][at]; });
  }
  var runs = [];
  cells.slice().sort(function (a, b) { return a[0] - b[0]; }).forEach(function (cell) {
    var at = cell[0] - job.place.header - 1;
    var held = !(cell[0] in known) || fanpanSame_(fanpanCell_((job.now.values[at] || [])[column], job.now.zone), known[cell[0]]);
    if (shut[at] || !held) {
      applied.kept += 1;
      return;
    }
    var run = runs[runs.length - 1];
    if (run && run[0] + run[1].length === cell[0]) run[1].push(cell[1]);
    else runs.push([cell[0], [cell[1]]]);
    applied.cells += 1;
  });
  fanpanPut_(job.place, id, runs);
}

/** `runs` of rows below each other: [first row, values]. */
function fanpanPut_(place, id, runs) {
  var column = place.columns[id];
  var ranges = runs.map(function (run) { return place.sheet.getRange(run[0], column, run[1].length, 1); });
  var format = fanpanColumn_(place, id).format;
  if (FANPAN_PLAIN.indexOf(format) < 0) {
    var filled = ranges.filter(function (_, at) { return runs[at][1].some(function (value) { return value !== null; }); });
    if (filled.length) place.sheet.getRangeList(filled.map(function (range) { return range.getA1Notation(); })).setNumberFormat(format);
  }
  ranges.forEach(function (range, at) {
    range.setValues(runs[at][1].map(function (value) { return [fanpanGuarded_(value)]; }));
  });
}

function fanpanAppend_(job, applied) {
  var place = job.place;
  var rows = job.edit.append;
  var start = job.now.end + 1;
  var short = start + rows.length - 1 - place.sheet.getMaxRows();
  if (short > 0) place.sheet.insertRowsAfter(place.sheet.getMaxRows(), short);
  place.table.columns.forEach(function (column) {
    var at = place.columns[column.id];
    if (!at || !rows.some(function (row) { return row[column.id] !== undefined && row[column.id] !== null; })) return;
    // A formula above fills the new rows by itself, and would break if something stood there.
    if (fanpanShut_(job.now.formulas.concat([job.now.header.map(function () { return ""; })]), at - 1, job.now.header).pop()) return;
    fanpanPut_(place, column.id, [[start, rows.map(function (row) { return row[column.id] === undefined ? null : row[column.id]; })]]);
  });
  place.end = Math.max(place.end, start + rows.length - 1);
  applied.rows += rows.length;
}

function fanpanWriteMemory_(places, memory) {
  var place = places.memory;
  if (!place) return;
  var count = Math.max(memory.length, place.end - place.header);
  ["name", "value"].forEach(function (id, part) {
    var cells = [];
    for (var at = 0; at < count; at++) cells.push(memory[at] ? memory[at][part] : null);
    if (cells.length) fanpanPut_(place, id, [[place.header + 1, cells]]);
  });
}

/** The moment that live formulas reckon with stands beside the memory table, after its own title. */
function fanpanWriteMoment_(places, moment) {
  var place = places.memory;
  if (!place) return;
  var header = place.sheet.getRange(place.header, 1, 1, place.sheet.getLastColumn()).getValues()[0];
  var at = header.map(fanpanPlain_).findIndex(function (title) { return FANPAN_CONFIG.refreshed.indexOf(title) >= 0; });
  if (at < 0) return;
  place.sheet.getRange(place.header, at + 2).setNumberFormat("yyyy-mm-dd hh:mm:ss").setValues([[moment]]);
}
