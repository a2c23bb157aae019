//! Words for the values of the domain: fields, choices, events. Every match names every variant, so
//! a new one does not compile before it has words in both languages.

pub use super::{
    case_words::{
        case_channel, case_column, case_field, case_kind, case_priority, case_sort, case_state,
        case_status, message_kind, timely,
    },
    columns::{target, target_group},
    complaint::{conflict, failure, field_error, file_refusal, form_error, named_error},
    figure_words::{breakdown, done_kind, metric, metric_formula, period},
    history::Values,
    order_words::{order_column, order_field, order_status},
    survey_words::{
        feedback_topic, question_kind, score_class, survey_channel, survey_doubt, survey_kind,
        survey_status,
    },
};

use super::Text;
use domain::{
    account::{AccountField, AccountKind, AccountStatus, Level},
    activity::{ActivityKind, CallResult, Reminder},
    audit::Event,
    case::{CaseChannel, CaseKind, CasePriority, CaseStatus},
    contact::ContactKind,
    day::Reason as DayReason,
    duplicate::Reason,
    import::{ImportState, OnDuplicate, RowResult},
    lang::Lang,
    list::{Filter, Sort, Tab},
    money::Currency,
    opportunity::{BuyingRole, CloseReason, DealColumn, DealFilter, OpportunityField},
    order::OrderStatus,
    person::{Calendar, Gender, PersonField, PersonRole},
    pipeline::StageKind,
    policy::{Access, Action, Detail, DetailRule, Object, Origin, Reach, Role, RoleName},
    product::ProductField,
    share::ShareLevel,
};

/// A value out of a closed list that menus offer.
pub trait Choice: Copy + Eq + 'static {
    /// Every choice, in the order menus show them.
    fn all() -> &'static [Self];
    /// As the form sends it.
    fn code(self) -> &'static str;
    /// As people read it.
    fn word(self, text: Text) -> &'static str;
}

/// A role: in our words, or as it was named here.
#[must_use]
pub fn role_name(text: Text, name: &RoleName) -> String {
    match name {
        RoleName::BuiltIn(built_in) => role(text, *built_in).to_owned(),
        RoleName::Own(name) => name.clone(),
    }
}

/// Code and word of every choice, for a select or a group of buttons.
#[must_use]
pub fn options<C: Choice>(text: Text) -> Vec<(&'static str, &'static str)> {
    C::all().iter().map(|choice| (choice.code(), choice.word(text))).collect()
}

macro_rules! words {
    ($($(#[$doc:meta])* $function:ident($kind:ident) { $($variant:ident => $method:ident),* $(,)? })*) => {$(
        $(#[$doc])*
        #[must_use]
        pub fn $function(text: Text, value: $kind) -> &'static str {
            match value { $($kind::$variant => text.$method()),* }
        }
    )*};
}

macro_rules! choices {
    ($($kind:ident $function:ident),* $(,)?) => {$(
        impl Choice for $kind {
            fn all() -> &'static [Self] {
                &Self::ALL
            }
            fn code(self) -> &'static str {
                Self::code(self)
            }
            fn word(self, text: Text) -> &'static str {
                $function(text, self)
            }
        }
    )*};
}

choices! {
    AccountField account_field,
    PersonField person_field,
    AccountKind account_kind,
    CallResult call_result,
    Reminder reminder,
    AccountStatus account_status,
    Level level,
    Gender gender,
    Calendar calendar,
    PersonRole person_role,
    OrderStatus order_status,
    CaseKind case_kind,
    CasePriority case_priority,
    CaseStatus case_status,
    CaseChannel case_channel,
    ContactKind contact_kind,
    Tab tab,
    Sort sort,
    Filter filter,
    Role role,
    OnDuplicate on_duplicate,
    ImportState import_state,
    RowResult row_result,
    Event event,
    Object object,
    Action action,
    ShareLevel share_level,
}

/// What a role says about a detail.
#[must_use]
pub fn detail_rule(text: Text, rule: DetailRule) -> &'static str {
    match (rule.others(), rule.on(true)) {
        (Access::Masked, Access::Edit) => text.choice_access_masked_unless_own(),
        (Access::Read, Access::Edit) => text.choice_access_read_unless_own(),
        (others, _) => access(text, others),
    }
}

words! {
    /// Label of a customer's field.
    account_field(AccountField) {
        Name => field_account_name,
        ShortName => field_account_short_name,
        Kind => field_account_kind,
        CreditCode => field_account_credit_code,
        Industry => field_account_industry,
        Employees => field_account_employees,
        Website => field_account_website,
        FoundedYear => field_account_founded_year,
        AnnualRevenue => field_account_annual_revenue,
        Value => field_account_value,
        Status => field_account_status,
        Level => field_account_level,
        Source => field_account_source,
        Birthday => field_account_birthday,
        JobTitle => field_account_job_title,
        LastContact => field_account_last_contact,
        Remark => field_account_remark,
        Owner => field_account_owner,
    }
    /// Label of a person's field.
    person_field(PersonField) {
        FullName => field_person_full_name,
        Title => field_person_title,
        Department => field_person_department,
        Gender => field_person_gender,
        Birthday => field_person_birthday,
        BirthdayCalendar => field_person_birthday_calendar,
        LastContact => field_person_last_contact,
        Source => field_person_source,
        Remark => field_person_remark,
        Owner => field_person_owner,
    }
    /// Label of a deal's field.
    opportunity_field(OpportunityField) {
        Name => field_opportunity_name,
        Account => field_opportunity_account,
        Person => field_opportunity_person,
        Value => field_opportunity_value,
        Currency => field_opportunity_currency,
        ExpectedClose => field_opportunity_expected_close,
        NextStep => field_opportunity_next_step,
        NextStepOn => field_opportunity_next_step_on,
        Source => field_opportunity_source,
        Owner => field_opportunity_owner,
    }
    /// What a column of a file says of a deal.
    deal_column(DealColumn) {
        Number => import_target_deal_number,
        Name => field_opportunity_name,
        Account => field_opportunity_account,
        AccountNumber => import_target_deal_account_number,
        Person => field_opportunity_person,
        Pipeline => import_target_deal_pipeline,
        Stage => field_opportunity_stage,
        Value => field_opportunity_value,
        Currency => field_opportunity_currency,
        ExpectedClose => field_opportunity_expected_close,
        Began => import_target_deal_began,
        Closed => import_target_deal_closed,
        Reason => field_opportunity_close_reason,
        ClosingNote => field_opportunity_close_note,
        NextStep => field_opportunity_next_step,
        NextStepOn => field_opportunity_next_step_on,
        Source => field_opportunity_source,
        Products => field_opportunity_products,
    }
    /// Label of a product's field.
    product_field(ProductField) {
        Code => field_product_code,
        Name => field_product_name,
        Price => field_product_price,
        Currency => field_product_currency,
        Archived => field_product_archived,
    }
    /// What it means for a deal to stand in a stage.
    stage_kind(StageKind) {
        Open => choice_stage_kind_open,
        Won => choice_stage_kind_won,
        Lost => choice_stage_kind_lost,
    }
    /// What somebody is to a purchase.
    buying_role(BuyingRole) {
        DecisionMaker => choice_buying_role_decision_maker,
        Champion => choice_buying_role_champion,
        Influencer => choice_buying_role_influencer,
        User => choice_buying_role_user,
        Technical => choice_buying_role_technical,
        Purchasing => choice_buying_role_purchasing,
        Gatekeeper => choice_buying_role_gatekeeper,
    }
    /// Why a deal was won or lost.
    close_reason(CloseReason) {
        Price => choice_close_reason_price,
        Product => choice_close_reason_product,
        Service => choice_close_reason_service,
        Relationship => choice_close_reason_relationship,
        Competitor => choice_close_reason_competitor,
        Budget => choice_close_reason_budget,
        Timing => choice_close_reason_timing,
        NoAnswer => choice_close_reason_no_answer,
        Other => choice_close_reason_other,
    }
    /// What somebody does.
    activity_kind(ActivityKind) {
        Call => choice_activity_call,
        Visit => choice_activity_visit,
        Meeting => choice_activity_meeting,
        Task => choice_activity_task,
    }
    /// What became of a call.
    call_result(CallResult) {
        Reached => choice_call_result_reached,
        NoAnswer => choice_call_result_no_answer,
        LeftMessage => choice_call_result_left_message,
    }
    /// How long before something is due somebody is reminded.
    reminder(Reminder) {
        AtTime => choice_reminder_at_time,
        TenMinutes => choice_reminder_ten_minutes,
        Hour => choice_reminder_hour,
        Day => choice_reminder_day,
    }
    /// Why something stands in somebody's day.
    day_reason(DayReason) {
        Overdue => choice_day_reason_overdue,
        Today => choice_day_reason_today,
        NoNextStep => choice_day_reason_no_next_step,
        Tomorrow => choice_day_reason_tomorrow,
        Soon => choice_day_reason_soon,
        SomeDay => choice_day_reason_some_day,
    }
    /// Quick filter of deals.
    deal_filter(DealFilter) {
        Mine => choice_deal_filter_mine,
        Unassigned => choice_deal_filter_unassigned,
        Overdue => choice_deal_filter_overdue,
        NoNextStep => choice_deal_filter_no_next_step,
        Stalled => choice_deal_filter_stalled,
    }
    /// Kind of customer.
    account_kind(AccountKind) {
        Company => choice_kind_company,
        Individual => choice_kind_individual,
        Partner => choice_kind_partner,
        Competitor => choice_kind_competitor,
    }
    /// Where a customer stands.
    account_status(AccountStatus) {
        Potential => choice_status_potential,
        Active => choice_status_active,
        Loyal => choice_status_loyal,
        AtRisk => choice_status_at_risk,
        Churned => choice_status_churned,
    }
    /// How much attention a customer gets.
    level(Level) {
        Vip => choice_level_vip,
        High => choice_level_high,
        Medium => choice_level_medium,
        Low => choice_level_low,
    }
    /// Gender.
    gender(Gender) {
        Female => choice_gender_female,
        Male => choice_gender_male,
        Other => choice_gender_other,
    }
    /// Calendar of a birthday.
    calendar(Calendar) {
        Solar => choice_calendar_solar,
        Lunar => choice_calendar_lunar,
    }
    /// What a person is to buying decisions.
    person_role(PersonRole) {
        Decider => choice_person_role_decider,
        User => choice_person_role_user,
        Payer => choice_person_role_payer,
    }
    /// Kind of way to reach somebody.
    contact_kind(ContactKind) {
        Mobile => choice_contact_mobile,
        Phone => choice_contact_phone,
        Email => choice_contact_email,
        Wechat => choice_contact_wechat,
        Wecom => choice_contact_wecom,
        Other => choice_contact_other,
    }
    /// Tab of the customer list.
    tab(Tab) {
        Companies => choice_tab_companies,
        Individuals => choice_tab_individuals,
        People => choice_tab_people,
    }
    /// Order of the customer list.
    sort(Sort) {
        Name => choice_sort_name,
        LastContact => choice_sort_last_contact,
        Created => choice_sort_created,
        Value => choice_sort_value,
    }
    /// Quick filter of the customer list.
    filter(Filter) {
        Mine => choice_filter_mine,
        Vip => choice_filter_vip,
        AtRisk => choice_filter_at_risk,
        Quiet => choice_filter_quiet,
        Unassigned => choice_filter_unassigned,
        Birthday => choice_filter_birthday,
        Shared => choice_filter_shared,
    }
    /// What a share gives.
    share_level(ShareLevel) {
        See => choice_share_level_see,
        Change => choice_share_level_change,
    }
    /// Role of a user.
    role(Role) {
        Admin => choice_role_admin,
        SalesManager => choice_role_sales_manager,
        TeamLead => choice_role_team_lead,
        SalesRep => choice_role_sales_rep,
        ServiceAgent => choice_role_service_agent,
        Marketer => choice_role_marketer,
        Auditor => choice_role_auditor,
        Staff => choice_role_staff,
    }
    /// The records that a right is good for.
    reach(Reach) {
        None => choice_reach_none,
        Own => choice_reach_own,
        Team => choice_reach_team,
        Department => choice_reach_department,
        All => choice_reach_all,
    }
    /// How far a right reaches, as a choice.
    reach_title(Reach) {
        None => choice_reach_title_none,
        Own => choice_reach_title_own,
        Team => choice_reach_title_team,
        Department => choice_reach_title_department,
        All => choice_reach_title_all,
    }
    /// A kind of record, as a title.
    object_title(Object) {
        Account => choice_object_title_account,
        Person => choice_object_title_person,
        Activity => choice_object_title_activity,
        Opportunity => choice_object_title_opportunity,
        Product => choice_object_title_product,
        Pipeline => choice_object_title_pipeline,
        Import => choice_object_title_import,
        User => choice_object_title_user,
        Structure => choice_object_title_structure,
        Organisation => choice_object_title_organisation,
        System => choice_object_title_system,
        Audit => choice_object_title_audit,
        Order => choice_object_title_order,
        Case => choice_object_title_case,
        Survey => choice_object_title_survey,
    }
    /// Something to do, as a title.
    action_title(Action) {
        View => choice_action_title_view,
        Create => choice_action_title_create,
        Edit => choice_action_title_edit,
        Delete => choice_action_title_delete,
        Assign => choice_action_title_assign,
        Import => choice_action_title_import,
        Export => choice_action_title_export,
        Administer => choice_action_title_administer,
        BulkEdit => choice_action_title_bulk_edit,
        Erase => choice_action_title_erase,
        ViewAs => choice_action_title_view_as,
        Reveal => choice_action_title_reveal,
        Merge => choice_action_title_merge,
    }
    /// How far a detail is open.
    access(Access) {
        Hidden => choice_access_hidden,
        Masked => choice_access_masked,
        Read => choice_access_read,
        Edit => choice_access_edit,
    }
    /// A detail of a customer or person.
    detail(Detail) {
        Phone => choice_detail_phone,
        Email => choice_detail_email,
        Messenger => choice_detail_messenger,
        Address => choice_detail_address,
        CreditCode => choice_detail_credit_code,
        Industry => choice_detail_industry,
        Employees => choice_detail_employees,
        Website => choice_detail_website,
        FoundedYear => choice_detail_founded_year,
        AnnualRevenue => choice_detail_annual_revenue,
        Value => choice_detail_value,
        Level => choice_detail_level,
        JobTitle => choice_detail_job_title,
        Department => choice_detail_department,
        Gender => choice_detail_gender,
        Birthday => choice_detail_birthday,
        LastContact => choice_detail_last_contact,
        Source => choice_detail_source,
        Remark => choice_detail_remark,
    }
    /// What a role may do, in a line.
    role_hint(Role) {
        Admin => choice_role_hint_admin,
        SalesManager => choice_role_hint_sales_manager,
        TeamLead => choice_role_hint_team_lead,
        SalesRep => choice_role_hint_sales_rep,
        ServiceAgent => choice_role_hint_service_agent,
        Marketer => choice_role_hint_marketer,
        Auditor => choice_role_hint_auditor,
        Staff => choice_role_hint_staff,
    }
    /// Why two records look alike.
    reason(Reason) {
        CreditCode => choice_reason_credit_code,
        Phone => choice_reason_phone,
        Email => choice_reason_email,
        Name => choice_reason_name,
        SimilarName => choice_reason_similar_name,
    }
    /// What happens to a row that is already there.
    on_duplicate(OnDuplicate) {
        Skip => choice_on_duplicate_skip,
        FillEmpty => choice_on_duplicate_fill_empty,
        Overwrite => choice_on_duplicate_overwrite,
        Create => choice_on_duplicate_create,
    }
    /// What that means, in a line.
    on_duplicate_hint(OnDuplicate) {
        Skip => choice_on_duplicate_hint_skip,
        FillEmpty => choice_on_duplicate_hint_fill_empty,
        Overwrite => choice_on_duplicate_hint_overwrite,
        Create => choice_on_duplicate_hint_create,
    }
    /// How far an import is.
    import_state(ImportState) {
        Uploaded => choice_import_state_uploaded,
        Running => choice_import_state_running,
        Done => choice_import_state_done,
        Failed => choice_import_state_failed,
        Undone => choice_import_state_undone,
    }
    /// What became of a row.
    row_result(RowResult) {
        Created => choice_row_result_created,
        Updated => choice_row_result_updated,
        Unchanged => choice_row_result_unchanged,
        Warning => choice_row_result_warning,
        Refused => choice_row_result_refused,
    }
    /// What happened to a record.
    event(Event) {
        Created => choice_event_created,
        Changed => choice_event_changed,
        Deleted => choice_event_deleted,
        Restored => choice_event_restored,
        Purged => choice_event_purged,
        Shared => choice_event_shared,
        Unshared => choice_event_unshared,
        Exported => choice_event_exported,
        SignedIn => choice_event_signed_in,
        SignInFailed => choice_event_sign_in_failed,
        ProofFailed => choice_event_proof_failed,
        SignedOut => choice_event_signed_out,
        PasswordSet => choice_event_password_set,
        LinkMade => choice_event_link_made,
        LinkUsed => choice_event_link_used,
        SecondStepOn => choice_event_second_step_on,
        SecondStepOff => choice_event_second_step_off,
        RecoveryCodesMade => choice_event_recovery_codes_made,
        RecoveryCodeUsed => choice_event_recovery_code_used,
        PasskeyMade => choice_event_passkey_made,
        PasskeyRenamed => choice_event_passkey_renamed,
        PasskeyRemoved => choice_event_passkey_removed,
        PasskeyUsed => choice_event_passkey_used,
        HandedOver => choice_event_handed_over,
        ViewAsStarted => choice_event_view_as_started,
        ViewAsEnded => choice_event_view_as_ended,
        Revealed => choice_event_revealed,
        Merged => choice_event_merged,
        Split => choice_event_split,
    }
    /// By which way a change came in.
    origin(Origin) {
        Web => choice_origin_web,
        Import => choice_origin_import,
        CommandLine => choice_origin_command_line,
        System => choice_origin_system,
    }
    /// What a right is about, as it stands in a sentence.
    object(Object) {
        Account => choice_object_account,
        Person => choice_object_person,
        Activity => choice_object_activity,
        Opportunity => choice_object_opportunity,
        Product => choice_object_product,
        Pipeline => choice_object_pipeline,
        Import => choice_object_import,
        User => choice_object_user,
        Structure => choice_object_structure,
        Organisation => choice_object_organisation,
        System => choice_object_system,
        Audit => choice_object_audit,
        Order => choice_object_order,
        Case => choice_object_case,
        Survey => choice_object_survey,
    }
    /// What somebody wants to do, as it stands in a sentence.
    action(Action) {
        View => choice_action_view,
        Create => choice_action_create,
        Edit => choice_action_edit,
        Delete => choice_action_delete,
        Assign => choice_action_assign,
        Import => choice_action_import,
        Export => choice_action_export,
        Administer => choice_action_administer,
        BulkEdit => choice_action_bulk_edit,
        Erase => choice_action_erase,
        ViewAs => choice_action_view_as,
        Reveal => choice_action_reveal,
        Merge => choice_action_merge,
    }
}

/// A currency with its code; the code alone where the catalogues know no name.
#[must_use]
pub fn currency(text: Text, value: Currency) -> &'static str {
    let key = format!("choice.currency.{}", value.code().to_ascii_lowercase());
    text.by_code(&key).unwrap_or(value.code())
}

/// A language in its own words: the same in every language, for who cannot read the others.
#[must_use]
pub fn language(value: Lang) -> &'static str {
    match value {
        Lang::En => Text::new(value).choice_lang_en(),
        Lang::Zh => Text::new(value).choice_lang_zh_cn(),
    }
}

/// Label of a field by the name forms, histories and conflicts know it under, for instance
/// `short_name` or `contact.mobile`; the name itself where the catalogues know none.
#[must_use]
pub fn field(text: Text, of: Object, name: &str) -> String {
    let own = format!("{}.", of.code());
    // A conflict does not say whose field it is, and a customer's page shows its people's too.
    [own.as_str(), "", "account.", "person.", "activity."]
        .iter()
        .find_map(|of| text.by_code(&format!("field.{of}{name}")))
        .unwrap_or(name)
        .to_owned()
}

#[cfg(test)]
#[path = "words_tests.rs"]
mod tests;
