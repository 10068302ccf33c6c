//! What a Data Center site tells everybody.

use axum::http::request::Parts;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::json;

use crate::data_center::DataCenterOptions;
use crate::routes::answer;

/// That it runs, which release it is, and the picture of those who have none.
pub(crate) fn of_everybody(options: &DataCenterOptions, parts: &Parts, path: &str) -> Option<Response> {
    match path {
        "/status" => Some(answer(StatusCode::OK, &json!({"state": "RUNNING"}))),
        "/rest/applinks/1.0/manifest" => Some(manifest(options, parts)),
        "/images/icons/profilepics/default.svg" => {
            let picture = "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"48\" height=\"48\"/>";
            Some(([(header::CONTENT_TYPE, "image/svg+xml")], picture).into_response())
        }
        _ => None,
    }
}

/// XML, unless JSON is asked for.
fn manifest(options: &DataCenterOptions, parts: &Parts) -> Response {
    let accepted = parts.headers.get(header::ACCEPT).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let version = &options.version;
    if accepted.contains("application/json") {
        let body = json!({"id": "5a1c6d0e-0000-3000-8000-000000000001", "name": "Confluence", "typeId": "confluence",
            "version": version, "buildNumber": 9012, "publicSignup": false});
        return answer(StatusCode::OK, &body);
    }
    let body = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?><manifest>\
         <id>5a1c6d0e-0000-3000-8000-000000000001</id><name>Confluence</name><typeId>confluence</typeId>\
         <version>{version}</version><buildNumber>9012</buildNumber><publicSignup>false</publicSignup></manifest>"
    );
    ([(header::CONTENT_TYPE, "application/xml")], body).into_response()
}
