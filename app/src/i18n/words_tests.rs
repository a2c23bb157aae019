//! Everything the domain can say has words in both languages.

use super::*;
use crate::i18n::CODE_PREFIXES;
use domain::{
    audit::FieldChange,
    failure::{Conflict, ConflictField, Failure, FileRefusal},
    field::{FieldError, FormErrors},
    id::{UserId, Version},
    import::Target,
    list::Colleague,
};
use std::collections::BTreeSet;

const EN: Text = Text::new(Lang::En);
const ZH: Text = Text::new(Lang::Zh);

fn cny() -> Currency {
    Currency::default()
}

/// Every choice of one list: words in both languages, no two alike, and the same ones under the
/// key `by_code` finds them by.
fn check<C: Choice>(section: &str) {
    for text in [EN, ZH] {
        let options = options::<C>(text);
        assert!(!options.is_empty());
        let words: BTreeSet<&str> = options.iter().map(|(_, word)| *word).collect();
        assert_eq!(words.len(), options.len(), "{section}: {options:?}");
        for (code, word) in options {
            assert_eq!(text.by_code(&format!("{section}.{code}")), Some(word), "{section}.{code}");
        }
    }
}

#[test]
fn every_choice_has_its_own_words_in_both_languages() {
    check::<AccountField>("field.account");
    check::<PersonField>("field.person");
    check::<AccountKind>("choice.kind");
    check::<AccountStatus>("choice.status");
    check::<Level>("choice.level");
    check::<Gender>("choice.gender");
    check::<Calendar>("choice.calendar");
    check::<PersonRole>("choice.person_role");
    check::<ContactKind>("choice.contact");
    check::<Tab>("choice.tab");
    check::<Sort>("choice.sort");
    check::<Filter>("choice.filter");
    check::<Role>("choice.role");
    check::<OnDuplicate>("choice.on_duplicate");
    check::<ImportState>("choice.import_state");
    check::<RowResult>("choice.row_result");
    check::<OrderStatus>("choice.order_status");
    check::<CaseKind>("choice.case_kind");
    check::<CasePriority>("choice.case_priority");
    check::<CaseStatus>("choice.case_status");
    check::<CaseChannel>("choice.case_channel");
    check::<Event>("choice.event");
    check::<Object>("choice.object");
    check::<Action>("choice.action");
}

#[test]
fn every_field_of_a_form_has_a_label() {
    let names = |form: serde_json::Value| -> Vec<String> {
        form.as_object().unwrap().keys().cloned().collect()
    };
    let account = serde_json::to_value(domain::account::AccountForm::default()).unwrap();
    let person = serde_json::to_value(domain::person::PersonForm::default()).unwrap();
    let user = serde_json::to_value(domain::user::UserForm::default()).unwrap();
    let activity = serde_json::to_value(domain::activity::ActivityForm::default()).unwrap();
    let order = serde_json::to_value(domain::order::OrderForm::default()).unwrap();
    let case = serde_json::to_value(domain::case::CaseForm::default()).unwrap();
    let organisation =
        serde_json::to_value(domain::organisation::OrganisationForm::default()).unwrap();
    for (of, form) in [
        (Object::Account, account),
        (Object::Person, person),
        (Object::User, user),
        (Object::Organisation, organisation),
        (Object::Activity, activity),
        (Object::Order, order),
        (Object::Case, case),
    ] {
        for name in names(form) {
            let key = format!("field.{}.{name}", of.code());
            assert!(EN.by_code(&key).is_some(), "{key}");
        }
    }
    assert_eq!(field(ZH, Object::Account, "contact.mobile"), "手机");
    assert_eq!(field(ZH, Object::Account, "full_name"), "姓名");
    assert_eq!(field(ZH, Object::Account, "no_such_field"), "no_such_field");
}

#[test]
fn every_currency_and_language_has_a_name() {
    for (code, _, _) in domain::money::CURRENCIES {
        let value = Currency::try_from((*code).to_owned()).unwrap();
        for text in [EN, ZH] {
            assert!(currency(text, value).contains(code));
            assert_ne!(currency(text, value), *code);
        }
    }
    assert_eq!([language(Lang::En), language(Lang::Zh)], ["English", "简体中文"]);
}

#[test]
fn every_target_of_a_column_has_words_of_its_own_in_its_group() {
    for text in [EN, ZH] {
        let words: BTreeSet<(&str, String)> = Target::all()
            .into_iter()
            .map(|value| (target_group(text, value), target(text, value)))
            .collect();
        assert_eq!(words.len(), Target::all().len());
    }
}

/// One of each; the match makes a new variant fail to compile here.
fn every_field_error() -> Vec<FieldError> {
    let one_of_each = vec![
        FieldError::Required,
        FieldError::TooLong { max: 200 },
        FieldError::TooShort { min: 12 },
        FieldError::ControlCharacter,
        FieldError::NotAPhone,
        FieldError::NotAnEmail,
        FieldError::NotADate,
        FieldError::NotATime,
        FieldError::Future,
        FieldError::Past,
        FieldError::NotANumber,
        FieldError::OutOfRange { min: 1000, max: 2200 },
        FieldError::NotAUrl,
        FieldError::NotAnIssuer,
        FieldError::NotACreditCode,
        FieldError::UnknownOption,
        FieldError::Taken,
        FieldError::TooCommon,
        FieldError::NotYours,
        FieldError::OutOfSight { shares: true },
        FieldError::OutOfSight { shares: false },
        FieldError::Differs,
        FieldError::Unknown,
        FieldError::UsedBy { deals: 3 },
        FieldError::OtherRow,
        FieldError::ReadAs { value: "GTX Pro".to_owned() },
        FieldError::Noted,
        FieldError::TooMany { max: 30 },
    ];
    for error in &one_of_each {
        match error {
            FieldError::Required
            | FieldError::TooLong { .. }
            | FieldError::TooShort { .. }
            | FieldError::ControlCharacter
            | FieldError::NotAPhone
            | FieldError::NotAnEmail
            | FieldError::NotADate
            | FieldError::NotATime
            | FieldError::Future
            | FieldError::Past
            | FieldError::NotANumber
            | FieldError::OutOfRange { .. }
            | FieldError::NotAUrl
            | FieldError::NotAnIssuer
            | FieldError::NotACreditCode
            | FieldError::UnknownOption
            | FieldError::Taken
            | FieldError::TooCommon
            | FieldError::NotYours
            | FieldError::OutOfSight { .. }
            | FieldError::Differs
            | FieldError::Unknown
            | FieldError::UsedBy { .. }
            | FieldError::OtherRow
            | FieldError::ReadAs { .. }
            | FieldError::Noted
            | FieldError::TooMany { .. } => {}
        }
    }
    one_of_each
}

#[test]
fn complaints_say_what_to_type_and_blame_nobody() {
    for text in [EN, ZH] {
        let words: BTreeSet<String> =
            every_field_error().iter().map(|error| field_error(text, error)).collect();
        assert_eq!(words.len(), every_field_error().len());
        for word in words {
            let lower = word.to_lowercase();
            for blame in ["invalid", "wrong", "illegal", "error", "无效", "非法", "错误", "不合法"]
            {
                assert!(!lower.contains(blame), "{word}");
            }
        }
    }
}

#[test]
fn bounds_are_written_for_people() {
    let range = |min, max| field_error(EN, &FieldError::OutOfRange { min, max });
    assert_eq!(range(1000, 2200), "Enter a number from 1000 to 2200");
    assert_eq!(range(0, 100_000_000), "Enter a number from 0 to 100,000,000");
    assert_eq!(range(0, i64::MAX), "Enter 0 or more");
    assert_eq!(range(-1_000_000_000_000_000, 1_000_000_000_000_000), "Enter a smaller amount");
    let many = FieldError::OutOfRange { min: 0, max: 20 };
    assert_eq!(form_error(EN, "tags", &many), "Keep 20 tags at most");
    assert_eq!(named_error(ZH, Object::Account, "name", &FieldError::Required), "请填写名称");
    assert_eq!(
        named_error(EN, Object::Account, "email", &FieldError::NotAnEmail),
        "E-mail: Enter an e-mail address, such as name@example.com"
    );
}

#[test]
fn refusals_say_what_happened_and_what_to_do() {
    let conflict = Conflict {
        version: Version(3),
        by: "李娜".to_owned(),
        fields: vec![ConflictField {
            field: "short_name".to_owned(),
            theirs: "a".to_owned(),
            mine: "b".to_owned(),
        }],
    };
    for (failure_of, en, zh) in [
        (
            Failure::Invalid(FormErrors::one("name", FieldError::Required)),
            "1 field needs attention. What you typed is kept.",
            "有 1 处需要修改，已填写的内容都在",
        ),
        (
            Failure::Conflict(conflict),
            "李娜 changed Short name while you were editing",
            "你编辑期间，李娜修改了简称",
        ),
        (
            Failure::Denied { action: Action::Export, object: Object::Account },
            "You can't export customers. An administrator can give access.",
            "你没有导出客户的权限，可联系管理员开通",
        ),
        (
            Failure::RateLimited { retry_seconds: 90 },
            "Too many tries. Try again in 1 min 30 s.",
            "尝试次数过多，请在1分30秒后再试",
        ),
        (
            Failure::File(FileRefusal::TooLarge { max: 64 * 1024 * 1024 }),
            "The file is larger than 64 MB. Split it and import the parts.",
            "文件超过 64 MB，可拆分后分别导入",
        ),
        (
            Failure::Internal { reference: "7F3A".to_owned() },
            "Something on our side failed. Try again; if it repeats, give your admin code 7F3A.",
            "系统出错了，请重试。如仍出现，请把编号 7F3A 告诉管理员",
        ),
    ] {
        assert_eq!(failure(EN, &failure_of), en);
        assert_eq!(failure(ZH, &failure_of), zh);
    }
}

#[test]
fn changes_are_sentences() {
    let owner = UserId::default();
    let colleagues = [Colleague { id: owner, name: "王芳".to_owned() }];
    let values =
        Values { currency: cny(), amounts_in: cny(), colleagues: &colleagues, pipelines: &[] };
    let change = |field: &str, before: &str, after: &str| FieldChange {
        field: field.to_owned(),
        before: before.to_owned(),
        after: after.to_owned(),
    };
    let say = |text, change: &FieldChange| values.change(text, Object::Account, "Lin", change);
    let level = change("level", "low", "vip");
    assert_eq!(say(EN, &level), "Lin changed Level from “Low” to “VIP”");
    assert_eq!(say(ZH, &level), "Lin将级别由“低”改为“重点”");
    let value = change("value", "", "12000.00");
    assert_eq!(say(EN, &value), "Lin set Yearly value to “¥12,000.00”");
    let owner = change("owner", &owner.to_string(), "");
    assert_eq!(say(ZH, &owner), "Lin清空了负责人，原为“王芳”");
    let long = change("remark", "", "one\ntwo");
    assert_eq!(say(EN, &long), "Lin rewrote Remark");
    assert_eq!(values.show(EN, "name", "vip"), "vip");
}

#[test]
fn prefixes_of_codes_end_a_word() {
    assert!(CODE_PREFIXES.iter().all(|prefix| prefix.ends_with('.')));
}
