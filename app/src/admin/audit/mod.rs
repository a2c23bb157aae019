//! The audit log: who did what, when and from where, and whether the log still holds.

pub mod api;
mod detail;
mod filters;
mod rows;
#[cfg(feature = "ssr")]
mod send;
pub(crate) mod words;

#[cfg(feature = "ssr")]
pub use send::routes;

use super::{Place, page};
use crate::{
    boot::use_boot,
    carried::carried,
    frame::address::{query, with_query},
    i18n::use_text,
    ui::{LinkButton, Skeleton, SkeletonKind},
};
use api::read_audit;
use domain::{
    audit::AuditRequest,
    policy::{Action, Object},
};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

/// The address of a request.
pub(crate) fn address(request: &AuditRequest) -> String {
    with_query("/admin/audit", &query(request.to_query()))
}

/// The page.
#[component]
pub fn Audit() -> impl IntoView {
    let text = use_text();
    let pairs = use_query_map();
    let request =
        Memo::new(move |_| pairs.with(|pairs| AuditRequest::from_query(|key| pairs.get_str(key))));
    let lines = carried(move || request.get(), |request| read_audit(query(request.to_query())));
    // Beside the list, not in it: a line that is looked at stays when another list comes.
    let opened = detail::Opened::new();
    let content = view! {
        {filters::filters(request)}
        <Transition fallback=|| view! { <Skeleton kind=SkeletonKind::Table count=8 /> }>
            {lines.shown(move |screen| rows::list(screen, request.get_untracked(), opened))}
        </Transition>
        {detail::dialog(opened)}
    };
    let may_export = use_boot().with_value(|boot| boot.may(Action::Export, Object::Audit));
    let export = move || {
        may_export.then(|| {
            let href = Signal::derive(move || {
                let request = AuditRequest { after: None, ..request.get() };
                with_query("/export/audit", &query(request.to_query()))
            });
            move || {
                view! {
                    <LinkButton
                        href=href.get()
                        icon="download"
                        class="phone-keep phone-icon"
                        download=text.audit_file_name()
                    >
                        {text.audit_export()}
                    </LinkButton>
                }
            }
        })
    };
    page(Place::Audit, export, content.into_any())
}
