//! The files of the site: which names they have, and handing them out packed and cached.

use crate::{complaint::Complaint, process::Shared};
use app::{
    boot::SiteFiles,
    entry::{self, Face},
    ssr::Visit,
};
use axum::{
    extract::{Request, State},
    response::{IntoResponse, Response},
};
use domain::failure::Failure;
use http::{HeaderValue, Method, StatusCode, header};
use std::path::{Path, PathBuf};
use tower::ServiceExt;
use tower_http::services::ServeDir;

/// Finds the folder of the site: the one named, or where a build or a package puts it.
pub fn folder(named: Option<PathBuf>) -> Option<PathBuf> {
    if named.is_some() {
        return named;
    }
    let beside = std::env::current_exe().ok().and_then(|program| {
        let bin = program.parent()?.to_owned();
        [bin.join("site"), bin.join("../site"), bin.join("../share/rapport/site")]
            .into_iter()
            .find(|folder| folder.join("manifest.json").is_file())
    });
    beside.or_else(|| {
        Some(PathBuf::from("target/site")).filter(|f| f.join("manifest.json").is_file())
    })
}

/// Reads which hashed names the files have.
///
/// # Errors
/// When the folder was named but holds no site.
pub fn names(folder: &Path) -> Result<SiteFiles, Complaint> {
    let manifest = folder.join("manifest.json");
    std::fs::read(&manifest)
        .map_err(|error| error.to_string())
        .and_then(|text| serde_json::from_slice(&text).map_err(|error| error.to_string()))
        .map_err(|cause| {
            Complaint::new(format!(
                "{} is not the folder of a built site: manifest.json: {cause}. Build it with ./run --build-only, or name another with --site or RAPPORT_SITE",
                folder.display()
            ))
        })
}

/// What answers where no route does: a file, or the page that says there is nothing.
pub async fn fallback(State(process): State<Shared>, request: Request) -> Response {
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        return crate::refusal::line(StatusCode::NOT_FOUND, "not found");
    }
    let hashed = is_hashed(request.uri().path());
    let visit = request.extensions().get::<Visit>().cloned();
    let found = match &process.site {
        Some(folder) => {
            let files = ServeDir::new(folder)
                .append_index_html_on_directories(false)
                .precompressed_br()
                .precompressed_gzip();
            Some(files.oneshot(request).await.into_response())
        }
        None => None,
    };
    let Some(mut response) = found.filter(|found| found.status() != StatusCode::NOT_FOUND) else {
        return match visit {
            Some(visit) => {
                let face = Face::of(&visit, &process.services.files);
                let shown = entry::refusal_page(&face, 404, &Failure::Gone);
                crate::refusal::page(StatusCode::NOT_FOUND, shown)
            }
            None => crate::refusal::line(StatusCode::NOT_FOUND, "not found"),
        };
    };
    if response.status().is_success() || response.status() == StatusCode::NOT_MODIFIED {
        let cache = if hashed { "public, max-age=31536000, immutable" } else { "no-cache" };
        response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static(cache));
    }
    response
}

/// Whether a name, or the folder it is in, holds the hash of its content: `rapport.0123456789abcdef.css`.
fn is_hashed(path: &str) -> bool {
    path.split(['.', '/'])
        .any(|part| part.len() == 16 && part.bytes().all(|b| b.is_ascii_hexdigit()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_names_with_a_hash_last() {
        assert!(is_hashed("/pkg/rapport.0123456789abcdef.js"));
        assert!(is_hashed("/icons.0123456789abcdef.svg"));
        assert!(is_hashed("/pkg/0123456789abcdef/rapport.js"));
        assert!(!is_hashed("/icons.svg") && !is_hashed("/a.0123456789abcdeg.js"));
    }
}
