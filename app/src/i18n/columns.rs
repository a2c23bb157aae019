//! Words for what the columns of a file can be taken for.

use super::{
    Text,
    words::{
        account_field, case_column, contact_kind, deal_column, order_column, person_field,
        product_field,
    },
};
use domain::import::Target;

/// Where a column of a file goes.
#[must_use]
pub fn target(text: Text, value: Target) -> String {
    match value {
        Target::Account(field) => account_field(text, field).to_owned(),
        Target::Person(field) => text.import_target_person(person_field(text, field)),
        Target::Contact(kind) => contact_kind(text, kind).to_owned(),
        Target::AccountContact(kind) => {
            text.import_target_account_contact(contact_kind(text, kind))
        }
        Target::Country => text.field_address_country().to_owned(),
        Target::Province => text.field_address_province().to_owned(),
        Target::City => text.field_address_city().to_owned(),
        Target::District => text.field_address_district().to_owned(),
        Target::Street => text.field_address_street().to_owned(),
        Target::FurtherAddresses => text.import_target_further_addresses().to_owned(),
        Target::Role => text.import_target_role().to_owned(),
        Target::FurtherJobs => text.import_target_further_jobs().to_owned(),
        Target::Tags => text.field_tags().to_owned(),
        Target::Note => text.field_note_entry().to_owned(),
        Target::Parent => text.field_parent().to_owned(),
        Target::OwnerName => text.field_owner_name().to_owned(),
        Target::ExternalId => text.field_external_id().to_owned(),
        Target::AccountNumber => text.import_target_account_number().to_owned(),
        Target::PersonNumber => text.import_target_person_number().to_owned(),
        Target::Deal(column) => deal_column(text, column).to_owned(),
        Target::Order(column) => order_column(text, column).to_owned(),
        Target::Case(column) => case_column(text, column).to_owned(),
        Target::Product(field) => product_field(text, field).to_owned(),
    }
}

/// The heading a target stands under in the menu of the import wizard.
#[must_use]
pub fn target_group(text: Text, value: Target) -> &'static str {
    match value {
        Target::Account(_) => text.import_group_account(),
        Target::Person(_) | Target::Role | Target::FurtherJobs => text.import_group_person(),
        Target::Contact(_) => text.import_group_contact(),
        Target::AccountContact(_) => text.import_group_account_contact(),
        Target::Country
        | Target::Province
        | Target::City
        | Target::District
        | Target::Street
        | Target::FurtherAddresses => text.import_group_address(),
        Target::Tags
        | Target::Note
        | Target::Parent
        | Target::OwnerName
        | Target::ExternalId
        | Target::AccountNumber
        | Target::PersonNumber => text.import_group_other(),
        Target::Deal(_) => text.import_group_deal(),
        Target::Order(_) => text.import_group_order(),
        Target::Case(_) => text.case_title(),
        Target::Product(_) => text.import_group_product(),
    }
}
