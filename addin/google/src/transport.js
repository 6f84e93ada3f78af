// The service: where it is, and requests that it can trust. A name that ends in "_" is private.
var FANPAN_FORMULA_SECONDS = 12; // twice fits into the 30 seconds of a formula
var FANPAN_BUTTON_SECONDS = 150; // twice fits into the 6 minutes of a menu item
var FANPAN_TRIES = 2;
var FANPAN_PASSING = [429, 502, 503, 504];
var FANPAN_PACKED_FROM = 1000000;

function fanpanSettings_() {
  var kept = PropertiesService.getScriptProperties().getProperties();
  return { url: String(kept.FANPAN_URL || "").replace(/\/+$/, ""), key: kept.FANPAN_KEY || "", token: kept.FANPAN_TOKEN || "" };
}

function fanpanHex_(bytes) {
  return bytes.map(function (byte) { return ("0" + (byte & 255).toString(16)).slice(-2); }).join("");
}

function fanpanDigest_(text) {
  return fanpanHex_(Utilities.computeDigest(Utilities.DigestAlgorithm.SHA_256, text, Utilities.Charset.UTF_8));
}

/** Headers that prove who asks, without sending the token: it is the key of a signature. */
function fanpanHeaders_(settings, method, path, body) {
  var time = String(Math.floor(Date.now() / 1000));
  var message = [method, path.split("?")[0], time, fanpanDigest_(body)].join("\n");
  var signature = Utilities.computeHmacSha256Signature(message, fanpanDigest_(settings.token), Utilities.Charset.UTF_8);
  // A header carries ASCII alone; the name of a token may be Chinese.
  return { "X-Fanpan-Key": encodeURIComponent(settings.key), "X-Fanpan-Time": time, "X-Fanpan-Signature": fanpanHex_(signature), "X-Fanpan-Host": "google" };
}

/** One request; { status, text }. */
function fanpanSend_(method, path, body, seconds) {
  var settings = fanpanSettings_();
  if (!settings.url) throw new Error(fanpanWord_("notSet"));
  var options = {
    method: method.toLowerCase(),
    muteHttpExceptions: true,
    headers: settings.token ? fanpanHeaders_(settings, method, path, body || "") : {},
    timeoutSeconds: seconds || FANPAN_BUTTON_SECONDS,
  };
  if (method === "POST") {
    options.contentType = "application/json";
    options.payload = body;
    if (body.length > FANPAN_PACKED_FROM) {
      options.payload = Utilities.gzip(Utilities.newBlob(body)).getBytes();
      options.headers["Content-Encoding"] = "gzip";
    }
  }
  // Refusals come in the language that is asked for.
  var address = settings.url + path + (path.indexOf("?") < 0 ? "?lang=" + FANPAN_CONFIG.lang : "");
  // Asking twice is harmless: the service keeps nothing.
  for (var attempt = 1; ; attempt++) {
    var answer = fanpanFetch_(address, options);
    if (answer && FANPAN_PASSING.indexOf(answer.status) < 0) return answer;
    if (attempt === FANPAN_TRIES) break;
    Utilities.sleep(1000);
  }
  if (answer) return answer;
  throw new Error(fanpanWord_("unreachable"));
}

/** { status, text }, or null when nobody answered. */
function fanpanFetch_(url, options) {
  try {
    var answer = UrlFetchApp.fetch(url, options);
    return { status: answer.getResponseCode(), text: answer.getContentText("UTF-8") };
  } catch (error) {
    return null;
  }
}

/** One request; its JSON, or an error with the service's own sentence. */
function fanpanJson_(method, path, body, seconds) {
  var answer = fanpanSend_(method, path, body, seconds);
  var found = null;
  try {
    found = JSON.parse(answer.text);
  } catch (error) {
    throw new Error(fanpanWord_("unreachable") + " (HTTP " + answer.status + ")");
  }
  if (answer.status < 300) return found;
  var told = found.error || {};
  throw new Error([told.message || "HTTP " + answer.status, told.where].filter(Boolean).join(" · "));
}

function fanpanWord_(name) {
  return FANPAN_CONFIG.words[name];
}
