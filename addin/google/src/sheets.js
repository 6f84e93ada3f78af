// Report sheets: added, or replaced as a whole when they stand there already.
var FANPAN_CHARTS = { column: "COLUMN", bar: "BAR", line: "LINE", pie: "PIE", stacked: "COLUMN" };

function fanpanPutSheets_(sheets) {
  (sheets || []).forEach(fanpanPutSheet_);
}

function fanpanPutSheet_(edit) {
  var book = SpreadsheetApp.getActiveSpreadsheet();
  var mark = "sheet." + edit.id;
  var found = book.createDeveloperMetadataFinder().withKey(FANPAN_META).withValue(mark).find();
  var sheet = found.length ? found[0].getLocation().getSheet() : null;
  if (sheet) {
    sheet.getCharts().forEach(function (chart) { sheet.removeChart(chart); });
    sheet.getRange(1, 1, sheet.getMaxRows(), sheet.getMaxColumns()).breakApart();
    sheet.clear();
  } else {
    sheet = book.insertSheet(fanpanFreeName_(edit.title, book.getSheets().map(function (one) { return one.getName(); })));
    sheet.addDeveloperMetadata(FANPAN_META, mark);
  }
  fanpanFill_(sheet, edit);
  edit.charts.forEach(function (chart) { fanpanDraw_(sheet, chart); });
  sheet.setHiddenGridlines(true);
  if (edit.freeze_rows > 0) sheet.setFrozenRows(edit.freeze_rows);
}

function fanpanFreeName_(title, taken) {
  var lower = taken.map(function (name) { return name.toLowerCase(); });
  var clean = title.slice(0, 95) || "Sheet";
  for (var number = 1; ; number++) {
    var name = number === 1 ? clean : clean + " " + number;
    if (lower.indexOf(name.toLowerCase()) < 0) return name;
  }
}

/** All values and looks of a sheet in a few requests, whatever its size. */
function fanpanFill_(sheet, edit) {
  var width = Math.max.apply(null, [1, edit.widths.length].concat(edit.rows.map(function (row) { return row.length; })));
  var height = Math.max(1, edit.rows.length);
  if (sheet.getMaxRows() < height) sheet.insertRowsAfter(sheet.getMaxRows(), height - sheet.getMaxRows());
  if (sheet.getMaxColumns() < width) sheet.insertColumnsAfter(sheet.getMaxColumns(), width - sheet.getMaxColumns());
  var grid = function (blank) {
    return Array.from({ length: height }, function () { return Array.from({ length: width }, function () { return blank; }); });
  };
  var looks = { values: grid(""), formats: grid("General"), fonts: grid(null), fills: grid(null), weights: grid("normal"),
    sizes: grid(10), wraps: grid(false), aligns: grid(null) };
  edit.rows.forEach(function (row, at) {
    row.forEach(function (cell, column) {
      if (!cell) return;
      var style = FANPAN_CONFIG.looks.styles[cell.style] || {};
      looks.values[at][column] = fanpanGuarded_(cell.value);
      for (var next = column; next < Math.min(width, column + Math.max(1, cell.span)); next++) {
        looks.fills[at][next] = style.bg_color || null;
      }
      if (style.num_format) looks.formats[at][column] = style.num_format;
      looks.fonts[at][column] = style.font_color || null;
      looks.weights[at][column] = style.bold ? "bold" : "normal";
      looks.sizes[at][column] = style.font_size || 10;
      looks.wraps[at][column] = Boolean(style.text_wrap);
      looks.aligns[at][column] = style.align || null;
      if (cell.span > 1) sheet.getRange(at + 1, column + 1, 1, cell.span).merge();
    });
  });
  var range = sheet.getRange(1, 1, height, width);
  range.setNumberFormats(looks.formats).setValues(looks.values).setFontColors(looks.fonts).setBackgrounds(looks.fills)
    .setFontWeights(looks.weights).setFontSizes(looks.sizes).setWraps(looks.wraps).setHorizontalAlignments(looks.aligns);
  edit.widths.forEach(function (size, column) { sheet.setColumnWidth(column + 1, Math.round(size * 7 + 5)); });
}

function fanpanDraw_(sheet, chart) {
  var part = function (place) { return sheet.getRange(place[0] + 1, place[1] + 1, Math.max(1, place[2]), 1); };
  var builder = sheet.newChart().setChartType(Charts.ChartType[FANPAN_CHARTS[chart.kind]]).addRange(part(chart.categories));
  chart.series.forEach(function (series) { builder = builder.addRange(part(series.slice(1))); });
  builder = builder.setOption("title", chart.title).setOption("width", chart.size[0]).setOption("height", chart.size[1])
    .setOption("isStacked", chart.kind === "stacked").setOption("colors", FANPAN_CONFIG.looks.colours)
    .setPosition(chart.at[0] + 1, chart.at[1] + 1, 0, 0);
  sheet.insertChart(builder.build());
}
