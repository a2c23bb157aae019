//! Pages outside of the screens hold no script and show what was typed as text.

use super::*;
use domain::{
    failure::Failure, field::FormErrors, link::LinkPurpose, organisation::OrganisationForm,
    policy::Proof,
};

const HOSTILE: &str = "\"><script>alert(1)</script>";

fn faces() -> [Face; 2] {
    let files = SiteFiles {
        css: "/pkg/a.css".to_owned(),
        passkey: "/passkey.js".to_owned(),
        ..SiteFiles::default()
    };
    [Face::plain(Lang::En, &files), Face::plain(Lang::Zh, &files)]
}

fn pages(face: &Face) -> Vec<String> {
    let typed = AdminFields {
        token: HOSTILE.to_owned(),
        name: HOSTILE.to_owned(),
        email: HOSTILE.to_owned(),
    };
    let organisation = OrganisationForm {
        name_zh: HOSTILE.to_owned(),
        name_en: HOSTILE.to_owned(),
        time_zone: HOSTILE.to_owned(),
        ..OrganisationForm::default()
    };
    let sign_in = SignIn {
        organisation: HOSTILE.to_owned(),
        email: HOSTILE.to_owned(),
        next: HOSTILE.to_owned(),
        notice: Some(Notice::Locked(61)),
        provider: Some(HOSTILE.to_owned()),
        passkeys: false,
    };
    let none = FormErrors::default();
    let link = LinkPage {
        purpose: LinkPurpose::Invite,
        path: HOSTILE.to_owned(),
        organisation: HOSTILE.to_owned(),
        email: HOSTILE.to_owned(),
    };
    let code = CodePage {
        organisation: HOSTILE.to_owned(),
        by: Proof::CodeOrPasskey,
        passkeys: PasskeysHere::Elsewhere(vec![HOSTILE.to_owned()]),
        next: HOSTILE.to_owned(),
        notice: Some(ProofNotice::Wrong),
    };
    let confirm = |by| ConfirmPage {
        by,
        passkeys: PasskeysHere::None,
        next: HOSTILE.to_owned(),
        notice: Some(ProofNotice::Locked(61)),
    };
    let second_step = |state| SecondStepPage {
        state,
        passkeys: 2,
        codes_left: 1,
        required: true,
        held: true,
        wrong: true,
    };
    let setting_up = SecondStepState::SettingUp {
        size: 21,
        outline: HOSTILE.to_owned(),
        key: HOSTILE.to_owned(),
    };
    vec![
        link_page(face, &link, &none),
        dead_link_page(face),
        code_page(face, &code),
        confirm_page(face, &confirm(Proof::Password)),
        confirm_page(face, &confirm(Proof::Code)),
        download_page(face, HOSTILE),
        second_step_page(face, &second_step(SecondStepState::Off)),
        second_step_page(face, &second_step(setting_up)),
        second_step_page(face, &second_step(SecondStepState::On)),
        recovery_codes_page(face, &[HOSTILE.to_owned()]),
        passkeys_page(face, &passkeys(None)),
        sign_in_page(face, &sign_in),
        set_up_admin_page(face, &typed, &none),
        set_up_organisation_page(face, &organisation, vec![HOSTILE.to_owned()], &none),
        set_up_data_page(face),
        set_up_link_page(face, Link::Missing),
        refusal_page(face, 404, &Failure::Gone),
    ]
}

/// Two passkeys, one of them for another name.
fn passkeys(host: Option<&str>) -> PasskeysPage {
    let passkey = |host: &str, last_used_at| domain::passkey::Passkey {
        id: domain::id::PasskeyId::NIL,
        name: HOSTILE.to_owned(),
        host: host.to_owned(),
        made_at: domain::time::Instant(1),
        last_used_at,
    };
    PasskeysPage {
        passkeys: vec![
            passkey("crm.example.com", domain::time::Instant(2)),
            passkey(HOSTILE, domain::time::Instant::NEVER),
        ],
        host: host.map(str::to_owned),
        name: HOSTILE.to_owned(),
        held: true,
        now: domain::time::Instant(3),
        zone: domain::time::ZoneOffsets::default(),
        notice: Some(PasskeyNotice::Made),
    }
}

#[test]
fn where_passkeys_work_a_page_holds_the_one_script_that_asks_for_them() {
    for face in faces() {
        let sign_in = SignIn { passkeys: true, ..SignIn::default() };
        let code = CodePage {
            organisation: String::new(),
            by: Proof::Passkey,
            passkeys: PasskeysHere::Asked,
            next: String::new(),
            notice: Some(ProofNotice::WrongPasskey),
        };
        let (by, next) = (Proof::CodeOrPasskey, String::new());
        let confirm = ConfirmPage { by, passkeys: PasskeysHere::Asked, next, notice: None };
        for page in [
            sign_in_page(&face, &sign_in),
            code_page(&face, &code),
            confirm_page(&face, &confirm),
            passkeys_page(&face, &passkeys(Some("crm.example.com"))),
        ] {
            assert_eq!(page.matches("<script").count(), 1, "{page}");
            assert!(page.contains("<script src=\"/passkey.js\" defer"), "{page}");
            assert_eq!(page.matches("data-passkey=").count(), 1, "{page}");
            assert!(!page.contains("style="), "{page}");
        }
    }
}

#[test]
fn where_passkeys_cannot_work_the_page_says_what_they_need() {
    for face in faces() {
        let page = passkeys_page(&face, &passkeys(None));
        assert!(page.contains(face.text().passkey_needs_name()), "{page}");
        assert!(!page.contains("data-passkey="), "{page}");
    }
}

#[test]
fn no_page_holds_a_script_a_style_or_what_was_typed_as_markup() {
    for face in faces() {
        for page in pages(&face) {
            assert!(page.to_ascii_lowercase().starts_with("<!doctype html><html"), "{page:.60}");
            assert!(!page.contains("<script"), "{page}");
            assert!(!page.contains("style="), "{page}");
            assert!(page.contains(&format!("lang=\"{}\"", face.lang.tag())));
            assert!(page.contains("/pkg/a.css"));
        }
    }
}

#[test]
fn an_error_takes_the_place_of_the_hint_and_is_tied_to_its_field() {
    let errors = FormErrors::one("password", domain::field::FieldError::TooCommon);
    let page = set_up_admin_page(&faces()[0], &AdminFields::default(), &errors);
    assert!(page.contains("Easy to guess"));
    assert!(page.contains("aria-invalid=\"true\""));
    assert!(page.contains("id=\"f-password-hint\""));
}

#[test]
fn the_small_words_of_the_kit_are_there_in_both_languages() {
    let none = FormErrors::default();
    for face in faces() {
        let page = set_up_organisation_page(&face, &OrganisationForm::default(), Vec::new(), &none);
        assert!(page.contains(face.text().common_step_done()), "{page}");
    }
}

#[test]
fn the_chosen_option_is_selected() {
    let typed = OrganisationForm { currency: "EUR".to_owned(), ..OrganisationForm::default() };
    let page = set_up_organisation_page(
        &faces()[0],
        &typed,
        vec!["UTC".to_owned()],
        &FormErrors::default(),
    );
    assert!(page.contains("<option value=\"EUR\" selected>"), "{page}");
}

#[test]
fn whoever_has_passkeys_for_another_address_is_told_where_they_work() {
    let face = faces().into_iter().find(|face| face.text().common_save() == "Save").unwrap();
    let page = code_page(
        &face,
        &CodePage {
            organisation: String::new(),
            by: Proof::Passkey,
            passkeys: PasskeysHere::Elsewhere(vec!["crm.example.com".to_owned()]),
            next: String::new(),
            notice: None,
        },
    );
    assert!(page.contains("crm.example.com") && !page.contains("data-passkey="), "{page}");
    assert!(!page.contains("Use a passkey"), "{page}");
}
