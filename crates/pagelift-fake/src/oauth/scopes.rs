//! Which scopes there are, and which of them an endpoint asks for.

/// The scopes of Cloud that can be ticked in the console, and those that are asked for without being ticked.
pub(crate) const CLOUD: &[&str] = &[
    "offline_access",
    "read:me",
    "read:account",
    "read:space:confluence",
    "read:space-details:confluence",
    "read:page:confluence",
    "read:content.metadata:confluence",
    "read:hierarchical-content:confluence",
    "read:folder:confluence",
    "read:blogpost:confluence",
    "read:attachment:confluence",
    "read:comment:confluence",
    "read:label:confluence",
    "read:content.property:confluence",
    "read:space.property:confluence",
    "read:content.restriction:confluence",
    "read:content.permission:confluence",
    "read:space.permission:confluence",
    "read:user:confluence",
    "read:group:confluence",
    "read:content-details:confluence",
    "read:whiteboard:confluence",
    "read:database:confluence",
    "read:embed:confluence",
    "read:custom-content:confluence",
    "read:task:confluence",
    "read:inlinetask:confluence",
    "read:template:confluence",
    "read:forge-app:confluence",
    "read:confluence-space.summary",
    "read:confluence-content.all",
    "read:confluence-content.summary",
    "read:confluence-content.permission",
    "read:confluence-props",
    "read:confluence-user",
    "read:confluence-groups",
    "readonly:content.attachment:confluence",
    "search:confluence",
    "read:jira-work",
    "read:jira-user",
];

/// The scopes of Data Center; each implies those before it.
const DATA_CENTER: [&str; 4] = ["READ", "WRITE", "ADMIN", "SYSTEM_ADMIN"];

/// Whether a scope is one of Confluence's, as opposed to those of the account.
pub(crate) fn is_confluence(scope: &str) -> bool {
    scope.ends_with(":confluence") || scope.contains(":confluence-")
}

/// How much a scope of Data Center permits.
pub(crate) fn rank(scope: &str) -> Option<usize> {
    DATA_CENTER.iter().position(|one| *one == scope)
}

/// The scopes of which a request to a Cloud site needs one; none for an endpoint that does not exist. Version 1 takes
/// a classic and a granular one, version 2 the granular one alone.
pub(crate) fn needed(path: &str) -> &'static [&'static str] {
    let steps: Vec<&str> = path.trim_start_matches("/wiki/").split('/').collect();
    match steps.as_slice() {
        ["api", "v2", "spaces"] | ["api", "v2", "spaces", _] => &["read:space:confluence"],
        ["api", "v2", "pages" | "blogposts", _, "attachments"] => &["read:attachment:confluence"],
        ["api", "v2", "spaces", _, "pages" | "blogposts"]
        | ["api", "v2", "pages" | "blogposts"]
        | ["api", "v2", "pages" | "blogposts", _]
        | ["api", "v2", "pages" | "blogposts", _, "labels"] => &["read:page:confluence"],
        ["api", "v2", "folders", _] => &["read:folder:confluence"],
        ["api", "v2", "users-bulk"] => &["read:user:confluence"],
        ["rest", "api", "user", "current"] => &["read:confluence-user", "read:content-details:confluence"],
        ["rest", "api", "search"] | ["rest", "api", "content", "search"] => {
            &["search:confluence", "read:content-details:confluence"]
        }
        ["rest", "api", "content", _, "child", "attachment", _, "download"] => {
            &["readonly:content.attachment:confluence", "read:attachment:confluence"]
        }
        _ => &[],
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use serde_json::Value;

    use super::needed;

    const FOLDER: &str = "../../../shared/reference/openapi";

    fn published(document: &Value, method: &str, route: &str) -> Vec<String> {
        let groups = document["paths"][route][method]["x-atlassian-oauth2-scopes"].as_array().unwrap();
        let scopes = groups.iter().flat_map(|group| group["scopes"].as_array().unwrap());
        scopes.map(|scope| scope.as_str().unwrap().to_owned()).collect()
    }

    #[test]
    fn endpoints_ask_for_the_scopes_that_are_published() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(FOLDER);
        let read = |version: &str| std::fs::read(folder.join(format!("confluence-cloud-{version}.openapi.json")));
        let (Ok(first), Ok(second)) = (read("v1"), read("v2")) else {
            eprintln!("skipped: no copy of the published documents");
            return;
        };
        let first: Value = serde_json::from_slice(&first).unwrap();
        for (route, path) in [
            ("/wiki/rest/api/user/current", "/wiki/rest/api/user/current"),
            ("/wiki/rest/api/search", "/wiki/rest/api/search"),
            ("/wiki/rest/api/content/search", "/wiki/rest/api/content/search"),
            (
                "/wiki/rest/api/content/{id}/child/attachment/{attachmentId}/download",
                "/wiki/rest/api/content/1/child/attachment/att2/download",
            ),
        ] {
            assert_eq!(needed(path), published(&first, "get", route), "{route}");
        }
        let second: Value = serde_json::from_slice(&second).unwrap();
        for route in [
            "/spaces",
            "/spaces/{id}",
            "/spaces/{id}/pages",
            "/spaces/{id}/blogposts",
            "/pages",
            "/pages/{id}",
            "/pages/{id}/labels",
            "/pages/{id}/attachments",
            "/blogposts",
            "/blogposts/{id}",
            "/blogposts/{id}/labels",
            "/blogposts/{id}/attachments",
            "/folders/{id}",
        ] {
            let path = format!("/wiki/api/v2{}", route.replace("{id}", "1"));
            assert_eq!(needed(&path), published(&second, "get", route), "{route}");
        }
        assert_eq!(needed("/wiki/api/v2/users-bulk"), published(&second, "post", "/users-bulk"));
    }
}
