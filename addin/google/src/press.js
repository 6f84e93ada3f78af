// A button: read, ask the service, write once under the document's lock. Called by menu and sidebar.
var FANPAN_ATTEMPTS = 2;
var FANPAN_LOCK_SECONDS = 20;

function fanpanNow_() {
  var zone = SpreadsheetApp.getActiveSpreadsheet().getSpreadsheetTimeZone();
  return Utilities.formatDate(new Date(), zone, "yyyy-MM-dd'T'HH:mm:ss");
}

function fanpanTracker_() {
  return fanpanJson_("GET", "/v1/tracker?lang=" + FANPAN_CONFIG.lang);
}

function fanpanKnown_(places) {
  var known = Object.keys(places).filter(function (id) { return id !== "memory"; });
  if (!known.length) throw new Error(fanpanWord_("noTracker"));
  return places[known[0]].lang;
}

/** For the sidebar: any GET or POST of the service's own, as { status, text }. */
function fanpanAsk(method, path, body) {
  if (!/^\/(v1\/|health)/.test(path)) throw new Error(path);
  return fanpanSend_(method === "POST" ? "POST" : "GET", path, body);
}

/** For the sidebar: tables and columns as they stand. */
function fanpanReadTables(needs) {
  var places = fanpanPlaces_(fanpanTracker_());
  fanpanKnown_(places);
  return JSON.stringify(fanpanRead_(places, needs));
}

/** For the sidebar: cells that a person changed there; `seen` are the tables as they were shown. */
function fanpanApply(tables, seen) {
  var applied = fanpanTryWrite_(fanpanTracker_(), seen, { tables: tables });
  if (!applied) throw new Error(fanpanWord_("moved"));
  return applied;
}

/** A press of a button; { summary, applied, files, sheets }. */
function fanpanPress(name, options, files) {
  var button = FANPAN_CONFIG.buttons[name];
  if (!button) throw new Error(name);
  var tracker = fanpanTracker_();
  for (var attempt = 1; ; attempt++) {
    var places = fanpanPlaces_(tracker);
    var lang = fanpanKnown_(places);
    var seen = fanpanRead_(places, button.needs);
    var body = JSON.stringify({ lang: lang, now: fanpanNow_(), options: options || {}, memory: fanpanMemory_(places),
      snapshot: { name: SpreadsheetApp.getActiveSpreadsheet().getName(), tables: seen }, files: files || {} });
    var edits = fanpanJson_("POST", "/v1/buttons/" + name + "?lang=" + lang, body);
    var applied = fanpanTryWrite_(tracker, seen, edits);
    if (applied) return { summary: edits.summary, applied: applied, files: edits.files || [], sheets: [] };
    if (attempt === FANPAN_ATTEMPTS) throw new Error(fanpanWord_("moved"));
  }
}

/** What was written, or null when rows moved since they were read. */
function fanpanTryWrite_(tracker, seen, edits) {
  return fanpanLocked_(function () {
    var places = fanpanPlaces_(tracker); // columns too may have moved
    var unmoved = Object.keys(edits.tables).every(function (id) {
      if (!places[id] || !Object.keys(edits.tables[id].cells).length) return true;
      return seen[id] && fanpanUnmoved_(places[id], seen[id]);
    });
    if (!unmoved) return null;
    var applied = { cells: 0, rows: 0, kept: 0, absent: [] };
    fanpanWrite_(places, seen, edits.tables, applied);
    Object.keys(seen).forEach(function (id) { if (places[id]) fanpanRecord_(places[id]); });
    if (edits.memory) fanpanWriteMemory_(places, edits.memory);
    if (edits.now !== undefined) fanpanWriteMoment_(places, edits.now);
    fanpanPutSheets_(edits.sheets);
    return applied;
  });
}

function fanpanLocked_(work) {
  var lock = LockService.getDocumentLock();
  if (lock && !lock.tryLock(1000 * FANPAN_LOCK_SECONDS)) throw new Error(fanpanWord_("busy"));
  try {
    var done = work();
    SpreadsheetApp.flush();
    return done;
  } finally {
    if (lock) lock.releaseLock();
  }
}

/** For the sidebar: select a cell of a table. */
function fanpanJump(table, row, column) {
  var place = fanpanPlaces_(fanpanTracker_())[table];
  if (!place) return;
  place.sheet.activate();
  place.sheet.getRange(row, place.columns[column] || place.columns[place.table.key[0]] || 1).activate();
}

/** For the sidebar: key of the selected row. */
function fanpanSelected(table) {
  var range = SpreadsheetApp.getActiveRange();
  var place = fanpanPlaces_(fanpanTracker_())[table];
  if (!range || !place || range.getSheet().getSheetId() !== place.sheet.getSheetId()) return "";
  if (range.getRow() <= place.header || !place.columns[place.table.key[0]]) return "";
  return String(place.sheet.getRange(range.getRow(), place.columns[place.table.key[0]]).getValue());
}

/** For the sidebar: put a formula into the selected cell. */
function fanpanInsert(formula) {
  SpreadsheetApp.getActiveRange().getCell(1, 1).setFormula(formula);
  return true;
}
