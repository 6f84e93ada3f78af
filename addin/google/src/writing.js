// Edits into the spreadsheet: only what was named, only where nothing moved, texts always as texts.
var FANPAN_FORMATS = { moment: "yyyy-mm-dd hh:mm", day: "yyyy-mm-dd", money: "¥#,##0.00", percent: "0.0%" };
var FANPAN_READS_AS_OTHER = /^\s*(?:[=+\-@'#(¥$€£.\d]|true$|false$)/i;

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
    var first = table.rows[0];
    var count = table.rows[table.rows.length - 1] - first + 1;
    var now = place.sheet.getRange(first, place.columns[key], count, 1).getValues();
    return table.rows.every(function (row, at) {
      return fanpanSame_(fanpanCell_(now[row - first][0], zone), table.columns[key][at]);
    });
  });
}

function fanpanWrite_(places, seen, edits, applied) {
  var zone = SpreadsheetApp.getActiveSpreadsheet().getSpreadsheetTimeZone();
  Object.keys(edits).forEach(function (id) {
    var place = places[id];
    if (!place) {
      applied.absent.push(id);
      return;
    }
    Object.keys(edits[id].cells).forEach(function (column) {
      if (place.columns[column]) fanpanWriteColumn_(place, column, edits[id].cells[column], seen[id], applied, zone);
    });
    if (edits[id].append.length) fanpanAppend_(place, edits[id].append, applied);
    fanpanRecord_(place);
  });
}

function fanpanWriteColumn_(place, id, cells, table, applied, zone) {
  if (!cells.length) return;
  var column = place.columns[id];
  var sorted = cells.slice().sort(function (a, b) { return a[0] - b[0]; });
  var first = sorted[0][0];
  var range = place.sheet.getRange(first, column, sorted[sorted.length - 1][0] - first + 1, 1);
  var values = range.getValues();
  var formulas = range.getFormulas();
  var runs = [];
  sorted.forEach(function (cell) {
    var at = cell[0] - first;
    var position = table ? table.rows.indexOf(cell[0]) : -1;
    var before = position >= 0 && table.columns[id] ? table.columns[id][position] : undefined;
    var held = before === undefined || fanpanSame_(fanpanCell_(values[at][0], zone), before);
    if (formulas[at][0] !== "" || !held) {
      applied.kept += 1;
      return;
    }
    var run = runs[runs.length - 1];
    if (run && run[0] + run[1].length === cell[0]) run[1].push(cell[1]);
    else runs.push([cell[0], [cell[1]]]);
    applied.cells += 1;
  });
  runs.forEach(function (run) { fanpanPut_(place, id, run[0], run[1]); });
}

function fanpanPut_(place, id, row, values) {
  var range = place.sheet.getRange(row, place.columns[id], values.length, 1);
  var format = FANPAN_FORMATS[fanpanColumn_(place, id).type];
  if (format && values.some(function (value) { return value !== null; })) range.setNumberFormat(format);
  range.setValues(values.map(function (value) { return [fanpanGuarded_(value)]; }));
}

function fanpanAppend_(place, rows, applied) {
  var start = place.end + 1;
  var short = start + rows.length - 1 - place.sheet.getMaxRows();
  if (short > 0) place.sheet.insertRowsAfter(place.sheet.getMaxRows(), short);
  place.table.columns.forEach(function (column) {
    var used = place.columns[column.id] && rows.some(function (row) { return row[column.id] !== undefined && row[column.id] !== null; });
    if (used) {
      fanpanPut_(place, column.id, start, rows.map(function (row) { return row[column.id] === undefined ? null : row[column.id]; }));
    }
  });
  place.end += rows.length;
  applied.rows += rows.length;
}

function fanpanWriteMemory_(places, memory) {
  var place = places.memory;
  if (!place) return;
  var count = Math.max(memory.length, place.end - place.header);
  ["name", "value"].forEach(function (id, part) {
    var cells = [];
    for (var at = 0; at < count; at++) cells.push(memory[at] ? memory[at][part] : null);
    if (cells.length) fanpanPut_(place, id, place.header + 1, cells);
  });
}
