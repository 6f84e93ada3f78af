// The menu, the sidebar and the settings. No service is called at the top level: that would stop onOpen.
function onInstall() {
  onOpen();
}

function onOpen() {
  var menu = SpreadsheetApp.getUi().createMenu(fanpanWord_("brand")).addItem(fanpanWord_("open"), "fanpanSidebar");
  var groups = {};
  Object.keys(FANPAN_CONFIG.buttons).forEach(function (name) {
    var button = FANPAN_CONFIG.buttons[name];
    (groups[button.group] = groups[button.group] || []).push(name);
  });
  Object.keys(groups).forEach(function (group) {
    var part = SpreadsheetApp.getUi().createMenu(FANPAN_CONFIG.groups[group]);
    groups[group].forEach(function (name) { part.addItem(FANPAN_CONFIG.buttons[name].title, "fanpanMenu_" + name); });
    menu.addSubMenu(part);
  });
  menu.addSeparator().addItem(fanpanWord_("settings"), "fanpanSettings").addToUi();
}

/** What a menu item does: a button with questions asks them in the sidebar. */
function fanpanFromMenu_(name) {
  if (FANPAN_CONFIG.buttons[name].asks) {
    fanpanShowSidebar_(name);
    return;
  }
  try {
    var pressed = fanpanPress(name, {}, {});
    var lines = pressed.summary.text.concat(pressed.summary.notices.map(function (notice) { return notice.message; }));
    SpreadsheetApp.getActiveSpreadsheet().toast(lines.slice(0, 5).join("\n") || fanpanWord_("done"), FANPAN_CONFIG.buttons[name].title, 10);
  } catch (error) {
    SpreadsheetApp.getUi().alert(FANPAN_CONFIG.buttons[name].title, error.message, SpreadsheetApp.getUi().ButtonSet.OK);
  }
}

function fanpanSidebar() {
  fanpanShowSidebar_("");
}

function fanpanShowSidebar_(button) {
  var page = HtmlService.createTemplateFromFile("Sidebar");
  page.button = button;
  SpreadsheetApp.getUi().showSidebar(page.evaluate().setTitle(fanpanWord_("brand")));
}

/** Address, name and token of the service, kept with the script, never in a sheet. */
function fanpanSettings() {
  var ui = SpreadsheetApp.getUi();
  var kept = PropertiesService.getScriptProperties();
  var asked = [["FANPAN_URL", "url"], ["FANPAN_KEY", "key"], ["FANPAN_TOKEN", "token"]];
  for (var at = 0; at < asked.length; at++) {
    var answer = ui.prompt(fanpanWord_("settings"), fanpanWord_(asked[at][1]), ui.ButtonSet.OK_CANCEL);
    if (answer.getSelectedButton() !== ui.Button.OK) return;
    var text = answer.getResponseText().trim();
    if (text && asked[at][0] === "FANPAN_URL" && !/^https:\/\//i.test(text)) {
      ui.alert(fanpanWord_("settings"), fanpanWord_("notHttps"), ui.ButtonSet.OK);
      return;
    }
    if (text) kept.setProperty(asked[at][0], text); // blank keeps what is there
  }
}
