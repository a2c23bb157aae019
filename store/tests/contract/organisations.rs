//! The settings of the organisation.

use crate::support::{on_both, root, someone};
use domain::{
    failure::Failure, id::Version, lang::Lang, money::Currency, organisation::Organisation,
    policy::Role,
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
    }
}

on_both! {
    async fn settings_are_kept_and_a_stale_save_is_refused(db: Db) {
        let admin = someone(&db, "a@example.com", Role::Admin).await;
        assert_eq!(store::organisation_at_the_door(&db).await.unwrap(), Organisation::default());
        let first =
            store::save_organisation(&db, &admin, Version(0), &organisation()).await.unwrap();
        assert_eq!(first, Version(1));
        assert_eq!(store::organisation(&db, &admin).await.unwrap(), organisation());
        let renamed = Organisation { name_en: "Lantern".to_owned(), ..organisation() };
        let second = store::save_organisation(&db, &admin, first, &renamed).await.unwrap();
        assert_eq!(second, Version(2));
        let stale = store::save_organisation(&db, &admin, first, &organisation()).await;
        match stale {
            Err(StoreError::Refused(Failure::Conflict(conflict))) => {
                assert_eq!(conflict.version, second);
                assert_eq!(conflict.by, "Name of a@example.com");
            }
            other => panic!("{other:?}"),
        }
        assert_eq!(
            store::organisation_versioned(&db, &admin).await.unwrap(),
            (renamed, second)
        );
    }

    async fn staff_see_the_settings_and_change_nothing(db: Db) {
        let staff = someone(&db, "s@example.com", Role::Staff).await;
        store::save_organisation(&db, &root(), Version(0), &organisation()).await.unwrap();
        assert_eq!(store::organisation(&db, &staff).await.unwrap(), organisation());
        let denied =
            store::save_organisation(&db, &staff, Version(1), &Organisation::default()).await;
        assert!(matches!(denied, Err(StoreError::Refused(Failure::Denied { .. }))));
        assert_eq!(store::organisation_at_the_door(&db).await.unwrap(), organisation());
    }
}
