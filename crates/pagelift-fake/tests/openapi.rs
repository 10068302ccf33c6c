//! Answers of version 2 fit the published `OpenAPI` document, when a copy of it is at hand.
#![allow(clippy::unwrap_used, clippy::panic, reason = "helpers of tests may fail loudly")]

use std::path::Path;

use base64::Engine as _;
use pagelift_fake::{GeneratorOptions, Kind, Server, ServerOptions, Site};
use serde_json::Value;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

const DOCUMENT: &str = "../../../shared/reference/openapi/confluence-cloud-v2.openapi.json";

async fn send(server: &Server, method: &str, path: &str, body: &str) -> Value {
    let host = server.url().strip_prefix("http://").unwrap();
    let pair = base64::engine::general_purpose::STANDARD.encode("ada@example.com:secret-token");
    let mut stream = TcpStream::connect(host).await.unwrap();
    let request = format!(
        "{method} /wiki/api/v2{path} HTTP/1.1\r\nHost: {host}\r\nAuthorization: Basic {pair}\r\nConnection: close\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    );
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes).await.unwrap();
    let end = bytes.windows(4).position(|four| four == b"\r\n\r\n").unwrap();
    assert!(bytes.starts_with(b"HTTP/1.1 200"), "{path}");
    serde_json::from_slice(&bytes[end + 4..]).unwrap()
}

/// Types, enums, required and unknown properties; null stands for an absent value.
fn check(document: &Value, schema: &Value, value: &Value, place: &str, faults: &mut Vec<String>) {
    if let Some(pointer) = schema["$ref"].as_str() {
        let target = document.pointer(pointer.trim_start_matches('#')).unwrap();
        return check(document, target, value, place, faults);
    }
    if value.is_null() {
        return;
    }
    for choice in ["oneOf", "anyOf"] {
        if let Some(options) = schema[choice].as_array() {
            let fits = options.iter().any(|option| {
                let mut inner = Vec::new();
                check(document, option, value, place, &mut inner);
                inner.is_empty()
            });
            if !fits {
                faults.push(format!("{place}: fits no {choice}"));
            }
            return;
        }
    }
    let fits = match schema["type"].as_str() {
        Some("object") => value.is_object(),
        Some("array") => value.is_array(),
        Some("string") => value.is_string(),
        Some("integer") => value.is_i64() || value.is_u64(),
        Some("number") => value.is_number(),
        Some("boolean") => value.is_boolean(),
        _ => true,
    };
    if !fits {
        faults.push(format!("{place}: {value} is no {}", schema["type"]));
    }
    if schema["enum"].as_array().is_some_and(|all| !all.contains(value)) {
        faults.push(format!("{place}: {value} is not in the enum"));
    }
    for (at, item) in value.as_array().into_iter().flatten().enumerate() {
        check(document, &schema["items"], item, &format!("{place}[{at}]"), faults);
    }
    let mut properties = schema["properties"].as_object().cloned().unwrap_or_default();
    for part in schema["allOf"].as_array().into_iter().flatten() {
        let part = part["$ref"].as_str().map_or(part, |pointer| document.pointer(&pointer[1..]).unwrap());
        properties.extend(part["properties"].as_object().cloned().unwrap_or_default());
    }
    for name in schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str) {
        if value.get(name).is_none() {
            faults.push(format!("{place}.{name}: missing"));
        }
    }
    for (name, inner) in value.as_object().into_iter().flatten() {
        match properties.get(name) {
            Some(schema) => check(document, schema, inner, &format!("{place}.{name}"), faults),
            // Real answers carry `webui` also where the document names only `base`.
            None if properties.is_empty() || name == "webui" => {}
            None => faults.push(format!("{place}.{name}: unknown")),
        }
    }
}

#[tokio::test]
async fn answers_fit_the_published_document() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(DOCUMENT);
    let Ok(text) = std::fs::read_to_string(&path) else {
        eprintln!("skipped: no copy of the published document");
        return;
    };
    let document: Value = serde_json::from_str(&text).unwrap();
    let site = Site::generate(GeneratorOptions { pages: 60, attachments: 200, seed: 3, depth: 3 });
    let space = site.space("DOCS").unwrap().id;
    let page = *site.ids("DOCS", Kind::Page).iter().max_by_key(|id| site.attachments_of(**id).len()).unwrap();
    let blog = site.ids("DOCS", Kind::BlogPost)[0];
    let folder = *site.folders.keys().next().unwrap();
    let account = format!("{{\"accountIds\":[\"{}\"]}}", site.users[0].account);
    let server = Server::start(site, ServerOptions::default()).await.unwrap();
    let calls = [
        ("GET", "/spaces", "/spaces?limit=1".to_owned()),
        ("GET", "/spaces/{id}", format!("/spaces/{space}")),
        ("GET", "/spaces/{id}/pages", format!("/spaces/{space}/pages?limit=50&body-format=storage")),
        ("GET", "/spaces/{id}/blogposts", format!("/spaces/{space}/blogposts?body-format=atlas_doc_format")),
        ("GET", "/pages", format!("/pages?id={page}")),
        ("GET", "/blogposts", format!("/blogposts?id={blog}")),
        ("GET", "/pages/{id}/attachments", format!("/pages/{page}/attachments?limit=5")),
        ("GET", "/blogposts/{id}/attachments", format!("/blogposts/{blog}/attachments")),
        ("GET", "/pages/{id}/labels", format!("/pages/{page}/labels")),
        ("GET", "/folders/{id}", format!("/folders/{folder}")),
        ("POST", "/users-bulk", "/users-bulk".to_owned()),
    ];
    let mut faults = Vec::new();
    for (method, route, path) in calls {
        let body = if method == "POST" { account.as_str() } else { "" };
        let value = send(&server, method, &path, body).await;
        let schema = document["paths"][route][method.to_ascii_lowercase()]["responses"]["200"]["content"]
            ["application/json"]["schema"]
            .clone();
        assert!(schema.is_object(), "{route} has no schema");
        check(&document, &schema, &value, route, &mut faults);
    }
    faults.sort();
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}
