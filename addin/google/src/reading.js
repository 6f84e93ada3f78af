// Tables of the spreadsheet as the service wants them.
var FANPAN_MOST_ROWS = 20000;
// Formulas that fill more cells than their own.
var FANPAN_SPILLS = /^=\s*\{|\b(?:ARRAYFORMULA|ARRAY_CONSTRAIN|MAP|BYROW|BYCOL|SCAN|MAKEARRAY|FILTER|SORTN?|UNIQUE|QUERY|IMPORTRANGE|IMPORTDATA|SEQUENCE|SPLIT|TRANSPOSE|FLATTEN|TOCOL|WRAPROWS|[VH]STACK|CHOOSE(?:COLS|ROWS))\s*\(/i;
var FANPAN_OURS = /FANPAN_[A-Z_]+\(/i;

/** Which cells of a column hold a formula or what one above filled in; nobody may write there. */
function fanpanShut_(formulas, column, header) {
  var filled = FANPAN_SPILLS.test(header[column]);
  return formulas.map(function (row) {
    if (row[column] !== "") filled = FANPAN_SPILLS.test(row[column]);
    return filled || row[column] !== "";
  });
}

function fanpanReadTable_(place, wanted, zone) {
  var ids = place.table.key.concat(wanted).filter(function (id, at, all) { return all.indexOf(id) === at; });
  var present = ids.filter(function (id) { return place.columns[id]; });
  var count = Math.max(0, place.end - place.header);
  var table = { rows: [], columns: {}, formulas: {}, live: [], missing: ids.filter(function (id) { return !place.columns[id]; }) };
  if (count > FANPAN_MOST_ROWS) {
    throw new Error(fanpanWord_("tooMany").replace("{table}", place.table.titles[place.lang]).replace("{rows}", count));
  }
  present.forEach(function (id) { table.columns[id] = []; });
  if (!count || !present.length) return table;
  var range = place.sheet.getRange(place.header, 1, count + 1, place.sheet.getLastColumn());
  var values = range.getValues().slice(1);
  var formulas = range.getFormulas();
  var header = formulas.shift();
  var typed = present.filter(function (id) { return fanpanColumn_(place, id).part !== "out"; });
  var kept = [];
  values.forEach(function (row, at) {
    if (typed.some(function (id) { return row[place.columns[id] - 1] !== ""; })) {
      kept.push(at);
      table.rows.push(place.header + 1 + at);
    }
  });
  present.forEach(function (id) {
    var column = place.columns[id] - 1;
    table.columns[id] = kept.map(function (at) { return fanpanCell_(values[at][column], zone); });
    var shut = fanpanShut_(formulas, column, header);
    var ours = fanpanColumn_(place, id).part === "out" && formulas.some(function (row) { return FANPAN_OURS.test(row[column]); });
    // One formula fills the whole column: its other cells hold none of their own.
    var locked = kept.map(function (at, position) { return ours || shut[at] ? position : -1; }).filter(function (at) { return at >= 0; });
    if (locked.length) table.formulas[id] = locked;
    if (ours) table.live.push(id);
  });
  return table;
}

function fanpanRead_(places, needs) {
  var zone = SpreadsheetApp.getActiveSpreadsheet().getSpreadsheetTimeZone();
  var tables = {};
  Object.keys(needs).forEach(function (id) {
    if (places[id]) tables[id] = fanpanReadTable_(places[id], needs[id], zone);
  });
  return tables;
}

function fanpanMemory_(places) {
  if (!places.memory) return [];
  var columns = fanpanRead_(places, { memory: ["name", "value"] }).memory.columns;
  return columns.name.map(function (name, at) { return [name, columns.value[at]]; })
    .filter(function (pair) { return typeof pair[0] === "string" && typeof pair[1] === "string"; });
}
