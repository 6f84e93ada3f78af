// A custom function: one request for all cells of its ranges, remembered for ten minutes.
var FANPAN_REMEMBER = 600;
var FANPAN_MOST_REMEMBERED = 100000; // bytes
var FANPAN_ERRORS = { "#N/A": 1, "#VALUE!": 1, "#REF!": 1, "#NAME?": 1, "#DIV/0!": 1, "#NUM!": 1, "#NULL!": 1, "#ERROR!": 1 };
var FANPAN_WAITING = "Loading...";
var FANPAN_MOMENT = /^\d{4}-\d\d-\d\d(T\d\d:\d\d:\d\d)?$/;

function fanpanIsDate_(value) {
  // A date from another realm is no instance of ours.
  return Object.prototype.toString.call(value) === "[object Date]";
}

/** A cell as the service takes it: dates as the sheet shows them, whatever zone the script has. */
function fanpanCell_(value, zone) {
  if (value === "" || value === undefined || value === null) return null;
  if (fanpanIsDate_(value)) {
    // Nine o'clock as a fraction of a day may lie a millisecond before nine.
    return Utilities.formatDate(new Date(1000 * Math.round(value.getTime() / 1000)), zone, "yyyy-MM-dd HH:mm:ss");
  }
  if (typeof value === "string" && FANPAN_ERRORS[value]) return { error: value === "#ERROR!" ? "#VALUE!" : value };
  return value;
}

function fanpanArgument_(value, zone) {
  if (!Array.isArray(value)) return fanpanCell_(value, zone);
  return value.map(function (row) {
    return Array.isArray(row) ? row.map(function (cell) { return fanpanCell_(cell, zone); }) : fanpanCell_(row, zone);
  });
}

function fanpanWaits_(value) {
  return Array.isArray(value) ? value.some(fanpanWaits_) : value === FANPAN_WAITING;
}

/** `row`: one call gives a row of cells, which lies across the sheet; a list of results runs down.
 * `dates`: which cells of a result are dates; others may hold a text that looks like one. */
function fanpanCall_(name, row, dates, given) {
  // A cell that is still being computed: the formula runs again when it is there.
  if (Array.prototype.some.call(given, fanpanWaits_)) return FANPAN_WAITING;
  var zone = SpreadsheetApp.getActiveSpreadsheet().getSpreadsheetTimeZone();
  var args = Array.prototype.slice.call(given).map(function (value) { return fanpanArgument_(value, zone); });
  while (args.length && args[args.length - 1] === null && given[args.length - 1] === undefined) args.pop();
  var body = JSON.stringify({ lang: FANPAN_CONFIG.lang, moments: "iso", words: true, calls: [{ f: name, args: args }] });
  return fanpanShown_(fanpanRemembered_(body), zone, row, dates);
}

function fanpanRemembered_(body) {
  var cache = CacheService.getScriptCache();
  var key = "fanpan." + fanpanDigest_(body);
  var known = cache.get(key);
  if (known !== null) return JSON.parse(known);
  var result = fanpanJson_("POST", "/v1/calls", body, FANPAN_FORMULA_SECONDS).results[0];
  var text = JSON.stringify(result);
  // A Chinese character is three bytes.
  var bytes = text.length + 2 * text.replace(/[\x00-\x7f]+/g, "").length;
  if (bytes <= FANPAN_MOST_REMEMBERED) cache.put(key, text, FANPAN_REMEMBER);
  return result;
}

function fanpanShown_(result, zone, row, dates) {
  // A named part of a row is one cell, whichever it is.
  var isDate = function (at, width) { return width === dates.length ? dates[at] : dates.some(Boolean); };
  if (!Array.isArray(result)) return fanpanOne_(result, zone, false, isDate(0, 1));
  if (!result.length) return ""; // a table without rows
  var across = row && !result.some(Array.isArray);
  return (across ? [result] : result).map(function (cells) {
    return Array.isArray(cells)
      ? cells.map(function (cell, at) { return fanpanOne_(cell, zone, true, isDate(at, cells.length)); })
      : [fanpanOne_(cells, zone, true, isDate(0, 1))];
  });
}

function fanpanOne_(value, zone, inArray, isDate) {
  if (value === null) return "";
  if (typeof value === "object") {
    if (!inArray) throw new Error(value.message || value.error);
    return value.error; // one cell of many cannot throw
  }
  if (isDate && typeof value === "string" && FANPAN_MOMENT.test(value)) {
    var full = value.length > 10 ? value : value + "T00:00:00";
    return Utilities.parseDate(full, zone, "yyyy-MM-dd'T'HH:mm:ss");
  }
  return value;
}
