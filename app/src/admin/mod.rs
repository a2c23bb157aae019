//! Administration: who may sign in, departments and teams, the organisation's settings, the state of the installation.

pub mod audit;
pub mod organisation;
pub mod pipelines;
pub mod replies;
pub mod roles;
pub mod service;
pub mod shares;
pub mod sign_in;
pub mod status;
pub mod structure;
pub mod users;

pub use audit::Audit;
pub use organisation::OrganisationSettings;
pub use pipelines::PipelineSettings;
pub use replies::SavedReplies;
pub use roles::Roles;
pub use service::ServiceSettings;
pub use shares::Shares;
pub use sign_in::SignInSettings;
pub use status::Status;
pub use structure::StructureSettings;
pub use users::Users;

use crate::{
    boot::{Boot, use_boot},
    i18n::use_text,
    ui::{Icon, Page},
};
use domain::policy::{Action, Object};
use leptos::prelude::*;
use leptos_meta::Title;

/// The pages of administration.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    Users,
    Roles,
    Structure,
    Shares,
    Pipelines,
    Service,
    Replies,
    Organisation,
    SignIn,
    Status,
    Audit,
}

/// Whether a page is for the person who looks. An auditor looks at how the house is set up, and at the audit log.
fn may_open(boot: &Boot, place: Place) -> bool {
    match place {
        Place::Users | Place::Roles | Place::Structure | Place::Shares => {
            boot.may(Action::View, Object::Structure)
        }
        Place::Pipelines => boot.may(Action::Administer, Object::Pipeline),
        Place::Organisation | Place::Service | Place::Replies | Place::SignIn => {
            boot.may(Action::Administer, Object::Organisation)
        }
        Place::Status => boot.may(Action::View, Object::System),
        Place::Audit => boot.may(Action::View, Object::Audit),
    }
}

/// Whether whoever looks may change anything about users, roles and the structure; others are shown no way to.
fn may_change() -> bool {
    use_boot().with_value(|boot| {
        [Object::User, Object::Structure]
            .into_iter()
            .all(|object| boot.may(Action::Administer, object))
    })
}

/// The frame of a page: its title, the way to the others, and its content.
fn page(place: Place, actions: impl Into<ViewFn>, content: AnyView) -> AnyView {
    let text = use_text();
    let places = [
        (Place::Users, text.nav_users(), "users", "/admin/users"),
        (Place::Roles, text.nav_roles(), "shield", "/admin/roles"),
        (Place::Structure, text.nav_structure(), "briefcase", "/admin/structure"),
        (Place::Shares, text.nav_shares(), "link", "/admin/shares"),
        (Place::Pipelines, text.pipeline_title(), "kanban", "/admin/pipelines"),
        (Place::Service, text.service_title(), "clock", "/admin/service"),
        (Place::Replies, text.reply_title(), "file-text", "/admin/replies"),
        (Place::Organisation, text.nav_organisation(), "building-2", "/admin/organisation"),
        (Place::SignIn, text.nav_sign_in(), "key-round", "/admin/sign-in"),
        (Place::Status, text.nav_system(), "activity", "/admin/status"),
        (Place::Audit, text.nav_audit(), "shield-check", "/admin/audit"),
    ];
    let links = places
        .into_iter()
        .filter(|(place, ..)| use_boot().with_value(|boot| may_open(boot, *place)))
        .map(|(other, label, icon, href)| {
            view! {
                <a href=href aria-current=(other == place).then_some("page")>
                    <Icon name=icon />
                    {label}
                </a>
            }
        })
        .collect_view();
    let title = match place {
        Place::Users => text.user_title(),
        Place::Roles => text.nav_roles(),
        Place::Structure => text.structure_title(),
        Place::Shares => text.nav_shares(),
        Place::Pipelines => text.pipeline_title(),
        Place::Service => text.service_title(),
        Place::Replies => text.reply_title(),
        Place::Organisation => text.organisation_title(),
        Place::SignIn => text.sign_in_title(),
        Place::Status => text.system_title(),
        Place::Audit => text.audit_title(),
    };
    view! {
        <Title text=title />
        <Page title=title.to_owned() actions=actions class="settings-page">
            <div class="settings">
                <nav class="settings-nav" aria-label=text.admin_title()>
                    {links}
                </nav>
                <div class="settings-body">{content}</div>
            </div>
        </Page>
    }
    .into_any()
}
