//! The settings of the organisation.

use crate::{
    customers::{edit, form, make, refusal},
    support::{on_both, root, someone},
};
use domain::{
    account::AccountForm,
    failure::Failure,
    id::Version,
    lang::Lang,
    money::Currency,
    organisation::Organisation,
    policy::{CONFIRMED_FOR, Caller, Confirmed, Role},
};
use store::{Db, StoreError};

fn organisation() -> Organisation {
    Organisation {
        name_zh: "明灯商贸".to_owned(),
        name_en: "Lantern Trading".to_owned(),
        lang: Lang::Zh,
        currency: Currency::try_from("EUR".to_owned()).unwrap(),
        time_zone: "Europe/Berlin".to_owned(),
        region: "DE".to_owned(),
        export_rows: 1_234,
    }
}

on_both! {
    async fn settings_are_kept_and_a_stale_save_is_refused(db: Db) {
        let admin = someone(&db, "a@example.com", Role::Admin).await;
        assert_eq!(db.organisation_at_the_door().await.unwrap(), Organisation::default());
        let first =
            db.save_organisation(&admin, Version(0), &organisation()).await.unwrap();
        assert_eq!(first, Version(1));
        assert_eq!(db.organisation(&admin).await.unwrap(), organisation());
        let renamed = Organisation { name_en: "Lantern".to_owned(), ..organisation() };
        let second = db.save_organisation(&admin, first, &renamed).await.unwrap();
        assert_eq!(second, Version(2));
        let stale = db.save_organisation(&admin, first, &organisation()).await;
        match stale {
            Err(StoreError::Refused(Failure::Conflict(conflict))) => {
                assert_eq!(conflict.version, second);
                assert_eq!(conflict.by, "Name of a@example.com");
            }
            other => panic!("{other:?}"),
        }
        assert_eq!(
            db.organisation_versioned(&admin).await.unwrap(),
            (renamed, second)
        );
    }

    async fn staff_see_the_settings_and_change_nothing(db: Db) {
        let staff = someone(&db, "s@example.com", Role::Staff).await;
        db.save_organisation(&root(), Version(0), &organisation()).await.unwrap();
        assert_eq!(db.organisation(&staff).await.unwrap(), organisation());
        let denied =
            db.save_organisation(&staff, Version(1), &Organisation::default()).await;
        assert!(matches!(denied, Err(StoreError::Refused(Failure::Denied { .. }))));
        assert_eq!(db.organisation_at_the_door().await.unwrap(), organisation());
    }

    async fn letting_exports_take_more_out_takes_a_fresh_proof(db: Db) {
        let admin = someone(&db, "a@example.com", Role::Admin).await;
        let bound = |export_rows| Organisation { export_rows, ..organisation() };
        let first = db.save_organisation(&admin, Version(0), &bound(100)).await.unwrap();
        let by = admin.confirmed.by;
        let confirmed = Confirmed { at: admin.now.plus(-CONFIRMED_FOR - 1), by };
        let late = Caller { confirmed, ..admin.clone() };
        let raised = db.save_organisation(&late, first, &bound(101)).await;
        assert_eq!(refusal(raised), Failure::ConfirmIdentity { by });
        assert_eq!(db.organisation_versioned(&admin).await.unwrap(), (bound(100), first));
        let lowered = db.save_organisation(&late, first, &bound(99)).await.unwrap();
        let same = db.save_organisation(&late, lowered, &bound(99)).await.unwrap();
        // Whoever saved over something older hears of that first.
        let stale = refusal(db.save_organisation(&late, first, &bound(101)).await);
        assert!(matches!(stale, Failure::Conflict(_)), "{stale:?}");
        db.save_organisation(&admin, same, &bound(101)).await.unwrap();
    }

    async fn amounts_say_the_same_in_a_currency_with_other_decimals(db: Db) {
        let admin = someone(&db, "a@example.com", Role::Admin).await;
        let number = make(&db, &admin, &AccountForm { value: "1200.50".to_owned(), ..form("Acme") }).await;
        let id = db.account(&admin, number).await.unwrap().id;
        db.edit_account(&admin, id, Version(1), &[edit("annual_revenue", "-3.49")]).await.unwrap();
        let mut version = Version(0);
        for (code, value, revenue) in [
            ("CNY", 120_050, -349),
            ("EUR", 120_050, -349),
            ("JPY", 1_201, -3),
            ("KRW", 1_201, -3),
            ("USD", 120_100, -300),
        ] {
            let currency = Currency::try_from(code.to_owned()).unwrap();
            let wanted = Organisation { currency, ..organisation() };
            version = db.save_organisation(&admin, version, &wanted).await.unwrap();
            let data = db.account(&admin, number).await.unwrap().data;
            assert_eq!((data.value_minor, data.annual_revenue_minor), (value, Some(revenue)), "{code}");
        }
        let stale = db.save_organisation(&admin, Version(1), &organisation()).await;
        assert!(stale.is_err());
    }
}
