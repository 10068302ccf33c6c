//! The pages that a person sees in the browser.

use std::fmt::Write as _;

use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};

use super::Account;
use super::grants::Asked;

const STYLE: &str = "body{font:16px/1.5 system-ui,sans-serif;margin:4rem auto;max-width:34rem;padding:0 1rem}\
    label,fieldset,select{display:block;margin:.5rem 0}button{font:inherit;margin:1rem 1rem 0 0;padding:.4rem 1.2rem}";

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

fn page(status: StatusCode, title: &str, body: &str) -> Response {
    let html = format!(
        "<!DOCTYPE html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>{title}</title>\
         <style>{STYLE}</style></head><body><main><h1>{title}</h1>{body}</main></body></html>"
    );
    let headers = [(header::CONTENT_TYPE, "text/html; charset=utf-8"), (header::CACHE_CONTROL, "no-store")];
    (status, headers, html).into_response()
}

/// The page on which an authorization request ends that has no way back.
pub(crate) fn failure(is_cloud: bool, name: &str, description: &str) -> Response {
    let title = if is_cloud { "Something went wrong" } else { "Invalid authorization request" };
    let body = format!("<p id=\"error\">{name}</p><p id=\"error-description\">{}</p>", escape(description));
    page(StatusCode::BAD_REQUEST, title, &body)
}

fn hidden(name: &str, value: &str) -> String {
    format!("<input type=\"hidden\" name=\"{name}\" value=\"{}\">", escape(value))
}

fn scopes(asked: &Asked) -> String {
    let rows = asked.scopes.iter().map(|scope| format!("<li>{}</li>", escape(scope)));
    format!("<ul>{}</ul>", rows.collect::<String>())
}

fn notice(text: Option<&str>) -> String {
    text.map(|text| format!("<p role=\"alert\">{}</p>", escape(text))).unwrap_or_default()
}

/// Cloud's consent page: whose account, which sites, yes or no.
pub(crate) fn cloud_consent(
    request: &str,
    asked: &Asked,
    accounts: &[Account],
    sites: &[(String, String)],
    alert: Option<&str>,
) -> Response {
    let mut options = String::new();
    for (at, one) in accounts.iter().enumerate() {
        let (name, email) = (escape(&one.name), escape(&one.email));
        _ = write!(options, "<option value=\"{at}\">{name} ({email})</option>");
    }
    let mut rows = String::new();
    for (at, (name, address)) in sites.iter().enumerate() {
        let ticked = if at == 0 { " checked" } else { "" };
        let (name, address) = (escape(name), escape(address));
        _ = write!(
            rows,
            "<label><input type=\"checkbox\" name=\"site\" value=\"{at}\"{ticked}> {name} ({address})</label>"
        );
    }
    let body = format!(
        "{}<form method=\"post\" action=\"/authorize\">{}\
         <label>Account <select name=\"account\">{options}</select></label>\
         <fieldset><legend>Use app on</legend>{rows}</fieldset><p>It asks for:</p>{}\
         <button name=\"answer\" value=\"accept\">Accept</button>\
         <button name=\"answer\" value=\"cancel\">Cancel</button></form>",
        notice(alert),
        hidden("request", request),
        scopes(asked),
    );
    page(StatusCode::OK, "An app is requesting access to your Atlassian account", &body)
}

/// Data Center's login page.
pub(crate) fn login(context: &str, destination: &str, alert: Option<&str>) -> Response {
    let body = format!(
        "{}<form method=\"post\" action=\"{context}/dologin.action\">{}\
         <label>Username <input name=\"os_username\" autocomplete=\"username\"></label>\
         <label>Password <input name=\"os_password\" type=\"password\"></label>\
         <button name=\"login\" value=\"Log in\">Log in</button></form>",
        notice(alert),
        hidden("os_destination", destination),
    );
    page(StatusCode::OK, "Log in", &body)
}

/// Data Center's consent page.
pub(crate) fn data_center_consent(
    context: &str,
    request: &str,
    asked: &Asked,
    account: &Account,
    again: &str,
) -> Response {
    let body = format!(
        "<p>You are logged in as {}. <a href=\"{}\">Log in as somebody else</a></p>\
         <form method=\"post\" action=\"{context}/plugins/servlet/oauth2/consent\">{}<p>It asks for:</p>{}\
         <button name=\"answer\" value=\"allow\">Allow</button>\
         <button name=\"answer\" value=\"deny\">Deny</button></form>",
        escape(&account.name),
        escape(again),
        hidden("request", request),
        scopes(asked),
    );
    page(StatusCode::OK, "An application is requesting access to your account", &body)
}
