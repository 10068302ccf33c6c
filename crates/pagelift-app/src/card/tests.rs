//! What a connection card tells, and what it never does.

use serde_json::{Value, json};

use super::*;

const SECRET: &str = "canary-client-secret";

fn card() -> Card {
    Card {
        kind: SiteKind::DataCenter,
        address: SiteAddress::parse("https://wiki.acme.example/confluence").unwrap(),
        name: "Wiki der Fakultät".to_owned(),
        client_id: "3c8f0a".to_owned(),
        route: ReturnRoute::DeepLink,
        callback: "app.pagelift:/oauth/callback".to_owned(),
        sealed: None,
    }
}

fn secret(text: &str) -> Secret {
    Secret::new(text.to_owned())
}

fn written(with_secret: bool, passphrase: &str) -> Vec<u8> {
    write_card(&card(), with_secret.then(|| secret(SECRET)).as_ref(), Some(&secret(passphrase))).unwrap()
}

/// A card with a secret that opens in no time.
fn quick() -> Value {
    let mut layout: CardLayout = serde_json::from_slice(&written(false, "")).unwrap();
    let (cost, associated) = (Cost { memory: 64, passes: 1, lanes: 1 }, layout.associated().unwrap());
    layout.secret = Some(SecretLayout::seal(&secret(SECRET), &secret("passphrase"), &associated, cost).unwrap());
    serde_json::to_value(layout).unwrap()
}

fn value(bytes: &[u8]) -> Value {
    serde_json::from_slice(bytes).unwrap()
}

fn read(value: &Value) -> Result<Card, ErrorCode> {
    read_card(value.to_string().as_bytes()).map_err(|error| error.code())
}

/// What opens with a passphrase.
fn opened(card: &Card, passphrase: &str) -> Result<String, ErrorCode> {
    let opened = card.sealed.as_ref().unwrap().open(&secret(passphrase));
    opened.map(|secret| secret.expose().to_owned()).map_err(|error| error.code())
}

#[test]
fn a_card_is_read_as_it_was_written() {
    let read = read_card(&written(false, "")).unwrap();
    let card = card();
    assert_eq!((read.kind, &read.address, &read.name), (card.kind, &card.address, &card.name));
    assert_eq!((&read.client_id, read.route, &read.callback), (&card.client_id, card.route, &card.callback));
    assert!(read.sealed.is_none());
}

#[test]
fn the_passphrase_opens_the_secret_and_no_other_does() {
    let bytes = written(true, "Überweg 7 am See");
    assert!(!String::from_utf8(bytes.clone()).unwrap().contains("canary"));
    let card = read_card(&bytes).unwrap();
    assert_eq!(opened(&card, "Überweg 7 am See").as_deref(), Ok(SECRET));
    // As a Mac composes it.
    assert_eq!(opened(&card, "U\u{308}berweg 7 am See").as_deref(), Ok(SECRET));
    for wrong in ["", "überweg 7 am See", "Überweg 7 am See "] {
        assert_eq!(opened(&card, wrong), Err(ErrorCode::PassphraseWrong));
    }
    assert!(!format!("{card:?}").contains("canary"));
}

#[test]
fn without_a_passphrase_the_secret_stays_out() {
    for passphrase in [None, Some(secret(""))] {
        let bytes = write_card(&card(), Some(&secret(SECRET)), passphrase.as_ref()).unwrap();
        assert!(value(&bytes).get("secret").is_none());
        assert!(!String::from_utf8(bytes).unwrap().contains("canary"));
    }
    assert!(value(&written(false, "passphrase")).get("secret").is_none());
}

#[test]
fn a_passphrase_that_anybody_could_find_by_trying_is_refused() {
    let write = |passphrase: &str| write_card(&card(), Some(&secret(SECRET)), Some(&secret(passphrase)));
    // However a keyboard composes it.
    for short in ["heron", "eleven char", "u\u{308}ber heron"] {
        assert_eq!(write(short).unwrap_err().code(), ErrorCode::PassphraseShort);
    }
    assert!(write("twelve chars").is_ok());
}

#[test]
fn two_cards_with_the_same_passphrase_have_nothing_in_common() {
    let [one, other] =
        [written(true, "a longer passphrase"), written(true, "a longer passphrase")].map(|bytes| value(&bytes));
    for field in ["salt", "nonce", "ciphertext"] {
        assert_ne!(one["secret"][field], other["secret"][field]);
    }
}

#[test]
fn a_secret_does_not_open_in_a_card_of_which_anything_was_changed() {
    let sound = quick();
    assert_eq!(opened(&read(&sound).unwrap(), "passphrase").as_deref(), Ok(SECRET));
    let changes = [
        ("kind", json!("cloud")),
        ("address", json!("https://wiki.acme.example.evil.example/confluence")),
        ("address", json!("https://wiki.acme.example/confluence/")),
        ("name", json!("Wiki")),
        ("clientId", json!("another")),
        ("route", json!("paste")),
        ("callback", json!("app.pagelift:/oauth/other")),
    ];
    for (field, changed) in changes {
        let mut card = sound.clone();
        card[field] = changed;
        assert_eq!(opened(&read(&card).unwrap(), "passphrase"), Err(ErrorCode::PassphraseWrong), "{field}");
    }
}

#[test]
fn a_secret_that_was_damaged_is_refused() {
    let sound = quick();
    for field in ["salt", "nonce", "ciphertext"] {
        for damaged in ["", "no base64!", "AAAA", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="] {
            let mut card = sound.clone();
            card["secret"][field] = json!(damaged);
            let code = opened(&read(&card).unwrap(), "passphrase").unwrap_err();
            assert!(matches!(code, ErrorCode::CardInvalid | ErrorCode::PassphraseWrong), "{field} {damaged}: {code:?}");
        }
    }
}

#[test]
fn a_card_cannot_make_this_computer_work_for_hours() {
    let sound = quick();
    let costs = [("memory", 256 * 1024 + 1), ("memory", 0), ("passes", 11), ("passes", 0), ("lanes", 9), ("lanes", 0)];
    for (field, cost) in costs {
        let mut card = sound.clone();
        card["secret"][field] = json!(cost);
        assert_eq!(read(&card).unwrap_err(), ErrorCode::CardInvalid, "{field} {cost}");
    }
    let mut card = sound.clone();
    card["secret"]["kdf"] = json!("scrypt");
    assert_eq!(read(&card).unwrap_err(), ErrorCode::CardInvalid);
}

#[test]
fn what_no_admin_would_have_meant_is_refused() {
    let sound = value(&written(false, ""));
    let changes = [
        ("kind", json!("sample")),
        ("kind", json!("jira")),
        ("address", json!("http://wiki.acme.example")),
        ("address", json!("file:///etc/passwd")),
        ("address", json!(format!("https://wiki.acme.example/{}", "x".repeat(3000)))),
        ("name", json!("Wiki\nof nobody")),
        ("name", json!("Wiki \u{202e}gnp.exe")),
        ("name", json!("x".repeat(201))),
        ("clientId", json!("")),
        ("clientId", json!("two words")),
        ("clientId", json!("x".repeat(256))),
        ("route", json!("pigeon")),
        ("callback", json!("")),
        ("callback", json!("javascript:alert(1)")),
        ("callback", json!("http://evil.example/oauth/callback")),
        ("callback", json!("https://evil.example/oauth/callback")),
        ("pagelift-site", json!(0)),
        ("pagelift-site", json!("1")),
        ("name", json!(7)),
    ];
    for (field, changed) in changes {
        let mut card = sound.clone();
        card[field] = changed.clone();
        assert_eq!(read(&card).unwrap_err(), ErrorCode::CardInvalid, "{field} {changed}");
    }
}

#[test]
fn a_return_address_fits_the_way_back() {
    let sound = value(&written(false, ""));
    let read = |route: &str, callback: &str| {
        let mut card = sound.clone();
        (card["route"], card["callback"]) = (json!(route), json!(callback));
        read(&card).is_ok()
    };
    assert!(read("loopback", "http://localhost:17893/oauth/callback"));
    assert!(read("loopback", "http://127.0.0.1:17893/oauth/callback"));
    assert!(!read("loopback", "https://localhost:17893/oauth/callback"));
    assert!(!read("loopback", "http://localhost.evil.example:17893/oauth/callback"));
    assert!(!read("loopback", "http://person:word@localhost:17893/oauth/callback"));
    assert!(!read("loopback", "http://localhost:17893/oauth/callback#part"));
    assert!(read("deep-link", "app.pagelift://oauth/callback"));
    assert!(!read("deep-link", "pagelift:/oauth/callback"));
    assert!(read("paste", "https://wiki.acme.example/"));
}

#[test]
fn files_that_are_no_cards_are_refused_whatever_is_in_them() {
    let sound = String::from_utf8(written(false, "")).unwrap();
    let deep = format!("{{\"pagelift-site\":1,\"x\":{}{}}}", "[".repeat(20_000), "]".repeat(20_000));
    let twice = sound.replacen("\"name\"", "\"name\": \"other\", \"name\"", 1);
    let huge = format!("{}{sound}", " ".repeat(SIZE_LIMIT));
    for text in ["", "{}", "[]", "null", "\u{feff}{}", "PK\u{3}\u{4}", &sound[..sound.len() / 2], &deep, &twice, &huge]
    {
        let error = read_card(text.as_bytes()).unwrap_err();
        assert_eq!(error.code(), ErrorCode::CardInvalid);
    }
    assert!(read_card(&[0xff; 100]).is_err());
}

#[test]
fn a_card_of_a_newer_pagelift_says_so_and_unknown_fields_do_no_harm() {
    let mut card = quick();
    card["colour"] = json!({ "of": "the tile" });
    assert_eq!(opened(&read(&card).unwrap(), "passphrase").as_deref(), Ok(SECRET));
    let newer = json!({ "pagelift-site": 2, "kind": "moon" });
    let error = read_card(newer.to_string().as_bytes()).unwrap_err();
    assert!(error.code() == ErrorCode::CardInvalid && error.to_string().contains("newer"), "{error}");
}

#[test]
fn what_could_not_be_read_again_is_not_written() {
    for (name, client_id) in [("two\nlines", "3c8f0a"), ("Wiki", "")] {
        let card = Card { name: name.to_owned(), client_id: client_id.to_owned(), ..card() };
        assert_eq!(write_card(&card, None, None).unwrap_err().code(), ErrorCode::CardInvalid);
    }
}
