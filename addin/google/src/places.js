// Which sheet is which table, which column is which: column metadata first, titles as fallback.
var FANPAN_META = "fanpan";
var FANPAN_HEADER_ROWS = 10;

function fanpanPlain_(text) {
  return String(text).normalize("NFKC").replace(/^[\s\u3000\ufeff\u200b]+|[\s\u3000\ufeff\u200b]+$/g, "");
}

/** { table id: { table, sheet, header, columns, unnamed, lang, end } }; rows and columns from 1. */
function fanpanPlaces_(tracker) {
  var book = SpreadsheetApp.getActiveSpreadsheet();
  var tables = {};
  tracker.tables.forEach(function (table) { tables[table.id] = table; });
  var places = {};
  // A copied sheet stands right of its original and may carry the same metadata.
  var named = book.createDeveloperMetadataFinder().withKey(FANPAN_META).find()
    .filter(function (meta) { return meta.getLocation().getColumn(); })
    .sort(function (a, b) { return fanpanSheetAt_(a) - fanpanSheetAt_(b); });
  named.forEach(function (meta) {
    var parts = String(meta.getValue()).split(".");
    var range = meta.getLocation().getColumn();
    if (!tables[parts[0]]) return;
    var sheet = range.getSheet();
    var place = places[parts[0]] || fanpanPlace_(tables[parts[0]], sheet, Number(parts[2]) || 1);
    if (place.sheet.getSheetId() === sheet.getSheetId()) place.columns[parts[1]] = range.getColumn();
    places[parts[0]] = place;
  });
  var taken = {};
  Object.keys(places).forEach(function (id) {
    fanpanFindHeader_(places[id]);
    fanpanComplete_(places[id]);
    taken[places[id].sheet.getSheetId()] = true;
  });
  var heads = book.getSheets().filter(function (sheet) { return !taken[sheet.getSheetId()] && sheet.getLastRow() > 0; })
    .map(function (sheet) {
      var rows = Math.min(FANPAN_HEADER_ROWS, sheet.getLastRow());
      return { sheet: sheet, rows: sheet.getRange(1, 1, rows, sheet.getLastColumn()).getValues() };
    });
  tracker.tables.forEach(function (table) {
    if (places[table.id]) return;
    var found = fanpanByTitles_(table, heads);
    if (!found) return;
    places[table.id] = found;
    heads = heads.filter(function (head) { return head.sheet.getSheetId() !== found.sheet.getSheetId(); });
  });
  return places;
}

function fanpanSheetAt_(meta) {
  return meta.getLocation().getColumn().getSheet().getIndex();
}

/** The row with most of the table's titles: rows may have come or gone above it since it was recorded. */
function fanpanFindHeader_(place) {
  var titles = fanpanTitles_(place.table);
  var count = Math.min(place.sheet.getLastRow(), place.header + FANPAN_HEADER_ROWS);
  if (count < 1) return;
  var found = place.sheet.getRange(1, 1, count, place.sheet.getLastColumn()).getValues().map(function (row) {
    return row.filter(function (value) { return typeof value === "string" && fanpanPlain_(value) in titles; }).length;
  });
  var most = Math.max.apply(null, found);
  // Every title may have been changed; then the recorded row is all there is.
  if (most > 1 && found[place.header - 1] !== most) place.header = found.indexOf(most) + 1;
}

function fanpanPlace_(table, sheet, header) {
  return { table: table, sheet: sheet, header: header, columns: {}, unnamed: [], lang: "zh", end: sheet.getLastRow() };
}

function fanpanTitles_(table) {
  var found = {};
  table.columns.forEach(function (column) {
    [column.titles.zh, column.titles.en, column.id].forEach(function (title) {
      var plain = fanpanPlain_(title);
      if (!(plain in found)) found[plain] = column.id;
    });
  });
  return found;
}

function fanpanColumn_(place, id) {
  return place.table.columns.filter(function (column) { return column.id === id; })[0];
}

function fanpanComplete_(place) {
  var header = place.sheet.getRange(place.header, 1, 1, place.sheet.getLastColumn()).getValues()[0];
  place.lang = fanpanLanguage_(place, header);
  var titles = fanpanTitles_(place.table);
  var known = Object.keys(place.columns).map(function (id) { return place.columns[id]; });
  header.forEach(function (value, at) {
    var id = typeof value === "string" ? titles[fanpanPlain_(value)] : undefined;
    if (!id || known.indexOf(at + 1) >= 0) return;
    if (place.unnamed.indexOf(id) >= 0) throw new Error(fanpanWord_("twoColumns").replace("{title}", value));
    if (place.columns[id]) return;
    if (fanpanColumn_(place, id).part === "out") throw new Error(fanpanWord_("notOurs").replace("{title}", value));
    place.columns[id] = at + 1;
    place.unnamed.push(id);
  });
}

function fanpanLanguage_(place, header) {
  var english = 0;
  place.table.columns.forEach(function (column) {
    var title = header[(place.columns[column.id] || 0) - 1];
    if (title === undefined || column.titles.en === column.titles.zh) return;
    english += Number(title === column.titles.en) - Number(title === column.titles.zh);
  });
  return english > 0 ? "en" : "zh";
}

function fanpanByTitles_(table, heads) {
  var titles = fanpanTitles_(table);
  var best = null;
  heads.forEach(function (head) {
    head.rows.forEach(function (row, number) {
      var columns = {};
      row.forEach(function (value, at) {
        var id = typeof value === "string" ? titles[fanpanPlain_(value)] : undefined;
        if (!id) return;
        if (columns[id]) throw new Error(fanpanWord_("twoColumns").replace("{title}", value));
        columns[id] = at + 1;
      });
      var count = Object.keys(columns).length;
      var keyed = table.key.some(function (key) { return columns[key]; });
      if (!keyed || count < 2 || (best && count <= Object.keys(best.columns).length)) return;
      best = fanpanPlace_(table, head.sheet, number + 1);
      best.columns = columns;
      best.unnamed = Object.keys(columns);
      best.lang = fanpanLanguage_(best, row);
    });
  });
  return best;
}

/** Metadata on columns that were found by title, so that retitling loses nothing. */
function fanpanRecord_(place) {
  place.unnamed.forEach(function (id) {
    place.sheet.getRange(1, place.columns[id], place.sheet.getMaxRows(), 1)
      .addDeveloperMetadata(FANPAN_META, [place.table.id, id, place.header].join("."));
  });
  place.unnamed = [];
}
