//! A customer with everything that hangs on one, and a mark in every text of it that occurs nowhere else.

use super::world::{acting, now, root};
use domain::{
    account::{AccountForm, FieldEdit},
    activity::{ActivityForm, DONE, Words},
    case::{CaseForm, Counting},
    id::{
        AccountId, AccountNumber, ActivityId, CaseId, CaseNumber, OperationId, OpportunityId,
        OpportunityNumber, OrderId, OrderNumber, PersonId, PersonNumber, SurveyNumber, UserId,
    },
    lang::Lang,
    money::Currency,
    note::{NoteBody, Subject},
    opportunity::OpportunityForm,
    order::{OrderForm, OrderLineForm},
    person::PersonForm,
    policy::Caller,
    service::ServicePolicy,
    survey::{Answer, AnswerValue, QuestionForm, Survey, SurveyForm, SurveyStatus},
    time::ZoneOffsets,
};
use std::collections::HashSet;
use store::{Db, Submission};
use uuid::Uuid;

/// What every name begins with and may be searched by.
pub const COMMON: &str = "灰雀";

/// A customer with a contact person, a deal, an order, a complaint, notes, a tag, an address and ways to reach them.
#[derive(Clone, Debug)]
pub struct Kept {
    /// Who is in charge; several where one of them is enough to see it.
    pub owners: Vec<Option<UserId>>,
    /// Stands in every text.
    pub mark: String,
    /// Of the customer.
    pub phone: String,
    /// Of the person.
    pub mobile: String,
    pub account: AccountId,
    pub number: AccountNumber,
    pub person: PersonId,
    pub person_number: PersonNumber,
    pub note: ActivityId,
    /// A deal with the customer.
    pub deal: OpportunityId,
    pub deal_number: OpportunityNumber,
    /// An order of the customer.
    pub order: OrderId,
    pub order_number: OrderNumber,
    /// Something the customer said.
    pub case: CaseId,
    pub case_number: CaseNumber,
    /// Whether all of them are in the bin.
    pub binned: bool,
}

pub fn operation() -> OperationId {
    OperationId(Uuid::now_v7())
}

impl Kept {
    /// Nothing that is there: what an id is answered that nobody has.
    pub fn unknown() -> Self {
        Self {
            owners: Vec::new(),
            mark: mark(900),
            phone: "13909999292".to_owned(),
            mobile: "13809999393".to_owned(),
            account: AccountId(Uuid::from_u128(0x0199_0000_0000_7000_8000_0000_0000_00aa)),
            number: AccountNumber(987_654),
            person: PersonId(Uuid::from_u128(0x0199_0000_0000_7000_8000_0000_0000_00bb)),
            person_number: PersonNumber(987_653),
            note: ActivityId(Uuid::from_u128(0x0199_0000_0000_7000_8000_0000_0000_00cc)),
            deal: OpportunityId(Uuid::from_u128(0x0199_0000_0000_7000_8000_0000_0000_00dd)),
            deal_number: OpportunityNumber(987_652),
            order: OrderId(Uuid::from_u128(0x0199_0000_0000_7000_8000_0000_0000_00ee)),
            order_number: OrderNumber(987_651),
            case: CaseId(Uuid::from_u128(0x0199_0000_0000_7000_8000_0000_0000_00ff)),
            case_number: CaseNumber(987_650),
            binned: false,
        }
    }

    /// What tells of it, wherever it stands; first the three that are ways to reach it.
    pub fn canaries(&self) -> Vec<String> {
        vec![
            self.phone.clone(),
            self.mobile.clone(),
            format!("{}@", self.mark),
            self.mark.clone(),
            self.account.to_string(),
            self.person.to_string(),
            self.note.to_string(),
            self.deal.to_string(),
            self.order.to_string(),
            self.case.to_string(),
        ]
    }
}

/// What every mark begins with.
const MARK: &str = "kanari";
/// Letters after it.
const LETTERS: usize = 8;

/// A mark that is not alike to any other: who looks for a name one letter off must not find the next record.
fn mark(number: usize) -> String {
    let mut bits = (number as u64 + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let letters = (0..LETTERS).map(|_| {
        bits = bits.rotate_left(9).wrapping_mul(0xd129_0a2f_5d3b_4c47);
        char::from(b'a' + u8::try_from(bits >> 40 & 0xff).unwrap() % 26)
    });
    MARK.chars().chain(letters).collect()
}

/// How many of a record's canaries are ways to reach it.
pub const CONTACTS: usize = 3;

/// Everything in an answer that may be a canary of some record: marks, e-mail addresses, phones in any spacing, ids.
pub fn canaries_in(body: &str) -> HashSet<String> {
    let mut found = HashSet::new();
    for (at, _) in body.match_indices(MARK) {
        let end = at + MARK.len() + LETTERS;
        found.extend(body.get(at..end).map(str::to_owned));
        // An e-mail address, also within an address of the web.
        let rest = body.get(end..).unwrap_or_default();
        if rest.starts_with('@') || rest.starts_with("%40") {
            found.insert(format!("{}@", &body[at..end]));
        }
    }
    for start in ["1390", "139 0", "139-0", "1380", "138 0", "138-0"] {
        for (at, _) in body.match_indices(start) {
            let digits = body[at..].chars().filter(|c| !matches!(c, ' ' | '-')).take(11);
            found.insert(digits.collect());
        }
    }
    // Ids are of version 7, which stands after the second dash.
    for (at, _) in body.match_indices("-7") {
        let id = at.checked_sub(13).and_then(|start| body.get(start..start + 36));
        found.extend(id.map(str::to_lowercase));
    }
    found
}

/// Makes one that `owner` is in charge of.
pub async fn keep(db: &Db, owner: Option<UserId>, number: usize, binned: bool) -> Kept {
    let caller = owner.map_or_else(root, acting);
    let mark = mark(number);
    let (phone, mobile) = (format!("1390{number:03}2222"), format!("1380{number:03}3333"));
    let owned = owner.map(|owner| owner.to_string()).unwrap_or_default();
    let typed = AccountForm {
        name: format!("{COMMON}{mark}精密仪器有限公司"),
        kind: "company".to_owned(),
        short_name: format!("{COMMON}{mark}"),
        website: format!("https://{mark}.example.com"),
        remark: format!("{mark}备注"),
        phone: phone.clone(),
        email: format!("office.{mark}@example.com"),
        wechat: format!("wx{mark}"),
        province: format!("{mark}省"),
        city: format!("{mark}市"),
        street: format!("{mark}路 1 号"),
        tags: format!("{COMMON}{mark}"),
        owner: owned.clone(),
        ..AccountForm::default()
    };
    let draft = typed.parse(2).unwrap();
    let number = db.create_account(&caller, operation(), &draft).await.unwrap();
    let account = db.account(&root(), number).await.unwrap();
    if owner.is_none() && account.data.owner.is_some() {
        let nobody = [FieldEdit { field: "owner".to_owned(), value: String::new() }];
        db.edit_account(&root(), account.id, account.version, &nobody).await.unwrap();
    }
    let account = account.id;
    let typed = PersonForm {
        full_name: format!("{COMMON}{mark}"),
        title: format!("{mark}经理"),
        department: format!("{mark}部"),
        remark: format!("{mark}备注"),
        phone: mobile.clone(),
        email: format!("{mark}@example.com"),
        account: number.to_string(),
        owner: owned,
        ..PersonForm::default()
    };
    let draft = typed.parse().unwrap();
    let person_number = db.create_person(&caller, operation(), &draft).await.unwrap();
    let person = db.person(&root(), person_number).await.unwrap().id;
    let body = NoteBody::parse(&format!("{mark}来电")).unwrap();
    let note = db.add_note(&caller, operation(), Subject::Account(account), &body).await.unwrap();
    db.add_note(&caller, operation(), Subject::Person(person), &body).await.unwrap();
    let (deal_number, deal) = bargain(db, owner, &mark, number, person_number).await;
    db.add_note(&caller, operation(), Subject::Opportunity(deal), &body).await.unwrap();
    let (order_number, order) = buy(db, &mark, number).await;
    let (case_number, case) = complain(db, owner, &mark, number, person_number).await;
    answer(db, &mark, number).await;
    let subjects = [Subject::Account(account), Subject::Person(person), Subject::Opportunity(deal)];
    for subject in subjects {
        plan(db, &caller, subject, &mark).await;
    }
    if binned {
        db.delete_accounts(&caller, &[account]).await.unwrap();
        db.delete_people(&caller, &[person]).await.unwrap();
        db.delete_opportunities(&caller, &[deal]).await.unwrap();
        db.delete_case(&root(), case, true).await.unwrap();
    }
    Kept {
        owners: vec![owner],
        mark,
        phone,
        mobile,
        account,
        number,
        person,
        person_number,
        note,
        deal,
        deal_number,
        order,
        order_number,
        case,
        case_number,
        binned,
    }
}

/// Plans something about a record for today and does something else; `mark` stands in every text of it.
pub async fn plan(db: &Db, caller: &Caller, subject: Subject, mark: &str) -> ActivityId {
    let zone = ZoneOffsets::default();
    let words = Words { call: "Call", visit: "Visit", meeting: "Meeting", follow_up: "Follow up" };
    let mut planned = ActivityId::NIL;
    for state in [DONE, ""] {
        let form = ActivityForm {
            kind: "visit".to_owned(),
            state: state.to_owned(),
            title: format!("{mark}拜访"),
            body: format!("{mark}说明"),
            place: format!("{mark}地点"),
            due_on: zone.wall_clock(caller.now).0.to_string(),
            ..ActivityForm::default()
        };
        let draft = form.parse(caller.user, &words, caller.now, &zone).unwrap();
        planned = db.add_activity(caller, operation(), subject, &draft).await.unwrap();
    }
    planned
}

/// Makes a deal with a customer and a person; `mark` stands in every text of it.
pub async fn bargain(
    db: &Db,
    owner: Option<UserId>,
    mark: &str,
    account: AccountNumber,
    person: PersonNumber,
) -> (OpportunityNumber, OpportunityId) {
    let typed = OpportunityForm {
        name: format!("{COMMON}{mark}续约"),
        account: account.to_string(),
        person: person.to_string(),
        value: "86000".to_owned(),
        next_step: format!("{mark}拜访"),
        source: format!("{mark}展会"),
        owner: owner.map(|owner| owner.to_string()).unwrap_or_default(),
        ..OpportunityForm::default()
    };
    let draft = typed.parse(Currency::default()).unwrap();
    let number = db.create_opportunity(&root(), operation(), &draft).await.unwrap();
    (number, db.opportunity(&root(), number).await.unwrap().id)
}

/// The survey that all customers answer; the first one makes it, or whoever comes when it was deleted.
pub async fn survey(db: &Db) -> Survey {
    if let Ok(survey) = db.survey(&root(), SurveyNumber(1)).await {
        return survey;
    }
    let question = QuestionForm {
        kind: "text".to_owned(),
        title_en: "What is it?".to_owned(),
        ..QuestionForm::default()
    };
    let typed = SurveyForm {
        kind: "form".to_owned(),
        title_en: "How are we".to_owned(),
        questions: vec![question],
        ..SurveyForm::default()
    };
    let (draft, zone) = (typed.parse().unwrap(), ZoneOffsets::default());
    let number = db.put_survey(&root(), operation(), None, &draft, &zone).await.unwrap();
    let made = db.survey(&root(), number).await.unwrap();
    db.set_survey_status(&root(), made.id, made.version, SurveyStatus::Open).await.unwrap();
    db.survey(&root(), number).await.unwrap()
}

/// Has a customer answer it by a link of their own; `mark` stands in the answer.
pub async fn answer(db: &Db, mark: &str, account: AccountNumber) {
    let survey = survey(db).await;
    let token = db.make_survey_link(&root(), survey.id, account).await.unwrap().text();
    let value = AnswerValue::Text(format!("{mark}意见"));
    let answers = vec![Answer { question: survey.questions[0].id, value }];
    let submission = Submission { answers, lang: Lang::Zh, by_code: false, doubt: None };
    let (policy, zone) = (ServicePolicy::default(), ZoneOffsets::default());
    let counting = Counting { policy: &policy, zone: &zone };
    db.answer_survey(&token, operation(), &submission, counting, now()).await.unwrap();
}

/// Makes an order of a customer; `mark` stands in every text of it.
pub async fn buy(db: &Db, mark: &str, account: AccountNumber) -> (OrderNumber, OrderId) {
    let typed = OrderForm {
        account: account.to_string(),
        ordered_on: "2026-11-02".to_owned(),
        note: format!("{mark}发货"),
        ..OrderForm::default()
    };
    let line = OrderLineForm {
        name: format!("{mark}仪器"),
        quantity: "2".to_owned(),
        price: "860".to_owned(),
        ..OrderLineForm::default()
    };
    let draft = typed.parse(&[line], Currency::default()).unwrap();
    let number = db.create_order(&root(), operation(), &draft).await.unwrap();
    (number, db.order(&root(), number).await.unwrap().id)
}

/// Writes down what a customer complained about; `mark` stands in every text of it.
pub async fn complain(
    db: &Db,
    owner: Option<UserId>,
    mark: &str,
    account: AccountNumber,
    person: PersonNumber,
) -> (CaseNumber, CaseId) {
    let typed = CaseForm {
        subject: format!("{mark}投诉"),
        account: account.to_string(),
        person: person.to_string(),
        category: format!("{mark}交付"),
        contact: format!("{mark}前台"),
        body: format!("{mark}说法"),
        owner: owner.map(|owner| owner.to_string()).unwrap_or_default(),
        ..CaseForm::default()
    };
    let (policy, zone) = (ServicePolicy::default(), ZoneOffsets::default());
    let counting = Counting { policy: &policy, zone: &zone };
    let draft = typed.parse().unwrap();
    let number = db.create_case(&root(), operation(), &draft, counting).await.unwrap();
    (number, db.case(&root(), number).await.unwrap().id)
}
