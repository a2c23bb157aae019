//! The columns of an export: a stable set whose headers the import maps back to the same fields.

use crate::{
    answer_columns::{self, ANSWERS, AnswerColumn},
    deal_work, further,
};
use domain::{
    account::{Account, AccountField},
    case::{Case, CaseColumn, CaseField},
    contact::{ContactKind, ContactPoint},
    date::Date,
    lang::Lang,
    money,
    opportunity::{DealColumn, Opportunity, OpportunityField},
    order::{Order, OrderColumn, OrderField, OrderLine},
    person::{Person, PersonField, PersonRole},
    policy::{Access, Detail, DetailRules, Object},
    survey::{AnswerSaid, ResponseSeen},
    time::{DAY, Instant},
};

/// What is exported.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExportKind {
    /// Customers, companies and individuals.
    Customers,
    /// Contact persons.
    People,
    /// Deals.
    Deals,
    /// Orders, each line a row.
    Orders,
    /// Cases.
    Cases,
    /// Answers to surveys, each question a row.
    Answers,
}

impl ExportKind {
    /// What the records are, for the policy.
    #[must_use]
    pub fn object(self) -> Object {
        match self {
            Self::Customers => Object::Account,
            Self::People => Object::Person,
            Self::Deals => Object::Opportunity,
            Self::Orders => Object::Order,
            Self::Cases => Object::Case,
            Self::Answers => Object::Survey,
        }
    }
}

/// One record of an export.
#[derive(Clone, Copy, Debug)]
pub enum Record<'a> {
    /// A customer.
    Account(&'a Account),
    /// A contact person.
    Person(&'a Person),
    /// A deal.
    Deal(&'a Opportunity),
    /// An order and one of its lines, if it has any.
    Order(&'a Order, Option<&'a OrderLine>),
    /// A case and the first thing that the customer said.
    Case(&'a Case, &'a str),
    /// One person's answers and one of them, if there is any.
    Answer(&'a ResponseSeen, Option<&'a AnswerSaid>),
}

impl<'a> From<&'a Opportunity> for Record<'a> {
    fn from(deal: &'a Opportunity) -> Self {
        Self::Deal(deal)
    }
}

impl<'a> From<&'a Account> for Record<'a> {
    fn from(account: &'a Account) -> Self {
        Self::Account(account)
    }
}

impl<'a> From<&'a Person> for Record<'a> {
    fn from(person: &'a Person) -> Self {
        Self::Person(person)
    }
}

#[derive(Clone, Copy)]
pub(crate) enum Cell {
    Number,
    Account(AccountField),
    Person(PersonField),
    Deal(DealColumn),
    Order(OrderColumn),
    Case(CaseColumn),
    Answer(AnswerColumn),
    Company,
    Owner,
    /// The how-manieth of its kind, first = 0; the last column of a kind holds all that are left.
    Contact(ContactKind, usize),
    Place(usize),
    FurtherPlaces,
    CompanyNumber,
    Role,
    FurtherJobs,
    Parent,
    Tags,
    Created,
    Updated,
}

impl Cell {
    /// The detail of a record that it tells, if it is one.
    fn detail(self) -> Option<Detail> {
        match self {
            Self::Account(field) => Detail::of_account_field(field),
            Self::Person(field) => Detail::of_person_field(field),
            Self::Contact(kind, _) => Some(Detail::of_contact(kind)),
            Self::Place(_) | Self::FurtherPlaces => Some(Detail::Address),
            Self::Number
            | Self::Deal(_)
            | Self::Order(_)
            | Self::Case(_)
            | Self::Answer(_)
            | Self::Company
            | Self::Owner
            | Self::CompanyNumber
            | Self::Role
            | Self::FurtherJobs
            | Self::Parent
            | Self::Tags
            | Self::Created
            | Self::Updated => None,
        }
    }
}

use Cell::{Company, Contact, Created, Number, Owner, Place, Tags, Updated};

/// What an export says of a record besides the record itself.
#[derive(Clone, Copy, Debug, Default)]
pub struct Beside<'a> {
    /// Name of the colleague in charge, or empty.
    pub owner: &'a str,
    /// Name of the customer this one belongs to, or empty.
    pub parent: &'a str,
    /// Name of the stage of a deal, or its kind where no other deal can come into it.
    pub stage: &'a str,
    /// Name of the pipeline of a deal.
    pub pipeline: &'a str,
}

impl<'a> From<&'a str> for Beside<'a> {
    fn from(owner: &'a str) -> Self {
        Self { owner, ..Self::default() }
    }
}

const CUSTOMERS: &[(&str, &str, Cell)] = &[
    ("Customer number", "客户编号", Number),
    ("Account name", "单位名称", Cell::Account(AccountField::Name)),
    ("Short name", "简称", Cell::Account(AccountField::ShortName)),
    ("Customer type", "客户类型", Cell::Account(AccountField::Kind)),
    ("Credit code", "统一社会信用代码", Cell::Account(AccountField::CreditCode)),
    ("Industry", "行业", Cell::Account(AccountField::Industry)),
    ("Employees", "员工人数", Cell::Account(AccountField::Employees)),
    ("Website", "网址", Cell::Account(AccountField::Website)),
    ("Year founded", "成立年份", Cell::Account(AccountField::FoundedYear)),
    ("Annual revenue", "年营业额", Cell::Account(AccountField::AnnualRevenue)),
    ("Value a year", "年价值", Cell::Account(AccountField::Value)),
    ("Status", "客户状态", Cell::Account(AccountField::Status)),
    ("Level", "客户等级", Cell::Account(AccountField::Level)),
    ("Source", "来源", Cell::Account(AccountField::Source)),
    ("Birthday", "生日", Cell::Account(AccountField::Birthday)),
    ("Job title", "职位", Cell::Account(AccountField::JobTitle)),
    ("Last contact", "最近联系", Cell::Account(AccountField::LastContact)),
    ("Owner", "负责人", Owner),
    ("Parent customer", "上级客户", Cell::Parent),
    ("Tags", "标签", Tags),
    ("Country", "国家", Place(0)),
    ("Province", "省份", Place(1)),
    ("City", "城市", Place(2)),
    ("District", "区县", Place(3)),
    ("Address", "地址", Place(4)),
    ("Further addresses", "其他地址", Cell::FurtherPlaces),
];

const PEOPLE: &[(&str, &str, Cell)] = &[
    ("Person number", "联系人编号", Number),
    ("Full name", "姓名", Cell::Person(PersonField::FullName)),
    ("Company number", "公司编号", Cell::CompanyNumber),
    ("Company", "公司", Company),
    ("Role at the company", "公司角色", Cell::Role),
    ("Further companies", "其他公司", Cell::FurtherJobs),
    ("Job title", "职位", Cell::Person(PersonField::Title)),
    ("Department", "部门", Cell::Person(PersonField::Department)),
    ("Gender", "性别", Cell::Person(PersonField::Gender)),
    ("Birthday", "生日", Cell::Person(PersonField::Birthday)),
    ("Birthday calendar", "生日历法", Cell::Person(PersonField::BirthdayCalendar)),
    ("Source", "来源", Cell::Person(PersonField::Source)),
    ("Last contact", "最近联系", Cell::Person(PersonField::LastContact)),
    ("Owner", "负责人", Owner),
];

const DEALS: &[(&str, &str, Cell)] = &[
    ("Deal number", "商机编号", Number),
    ("Deal name", "商机名称", Cell::Deal(DealColumn::Name)),
    ("Customer number", "客户编号", Cell::Deal(DealColumn::AccountNumber)),
    ("Customer", "客户", Cell::Deal(DealColumn::Account)),
    ("Contact person", "联系人", Cell::Deal(DealColumn::Person)),
    ("Pipeline", "销售管道", Cell::Deal(DealColumn::Pipeline)),
    ("Stage", "阶段", Cell::Deal(DealColumn::Stage)),
    ("Value", "金额", Cell::Deal(DealColumn::Value)),
    ("Currency", "币种", Cell::Deal(DealColumn::Currency)),
    ("Expected close", "预计成交", Cell::Deal(DealColumn::ExpectedClose)),
    ("Began", "开始日期", Cell::Deal(DealColumn::Began)),
    ("Closed", "关闭日期", Cell::Deal(DealColumn::Closed)),
    ("Close reason", "关闭原因", Cell::Deal(DealColumn::Reason)),
    ("Close note", "关闭说明", Cell::Deal(DealColumn::ClosingNote)),
    ("Next step", "下一步", Cell::Deal(DealColumn::NextStep)),
    ("Next step on", "下一步日期", Cell::Deal(DealColumn::NextStepOn)),
    ("Source", "来源", Cell::Deal(DealColumn::Source)),
    ("Products", "产品", Cell::Deal(DealColumn::Products)),
    ("Owner", "负责人", Owner),
    ("Updated", "更新日期", Updated),
];

/// The deal stays out: its number would make a file of deals of it.
const ORDERS: &[(&str, &str, Cell)] = &[
    ("Order number", "订单号", Number),
    ("Customer number", "客户编号", Cell::Order(OrderColumn::AccountNumber)),
    ("Customer", "客户", Cell::Order(OrderColumn::Account)),
    ("Order date", "下单日期", Cell::Order(OrderColumn::OrderedOn)),
    ("Order status", "订单状态", Cell::Order(OrderColumn::Status)),
    ("Product", "产品", Cell::Order(OrderColumn::Product)),
    ("Quantity", "数量", Cell::Order(OrderColumn::Quantity)),
    ("Amount", "金额", Cell::Order(OrderColumn::Amount)),
    ("Currency", "币种", Cell::Order(OrderColumn::Currency)),
    ("Order note", "订单备注", Cell::Order(OrderColumn::Note)),
    ("Updated", "更新日期", Updated),
];

const CASES: &[(&str, &str, Cell)] = &[
    ("Feedback number", "反馈编号", Number),
    ("Feedback subject", "反馈主题", Cell::Case(CaseColumn::Subject)),
    ("Feedback kind", "反馈类型", Cell::Case(CaseColumn::Kind)),
    ("Category", "分类", Cell::Case(CaseColumn::Category)),
    ("Priority", "优先级", Cell::Case(CaseColumn::Priority)),
    ("Feedback status", "反馈状态", Cell::Case(CaseColumn::Status)),
    ("Came by", "来源渠道", Cell::Case(CaseColumn::Channel)),
    ("Customer number", "客户编号", Cell::Case(CaseColumn::AccountNumber)),
    ("Customer", "客户", Cell::Case(CaseColumn::Account)),
    ("Person", "联系人", Cell::Case(CaseColumn::Person)),
    ("Reached by", "联系方式", Cell::Case(CaseColumn::Contact)),
    ("Came on", "收到日期", Cell::Case(CaseColumn::CameOn)),
    ("Solved on", "解决日期", Cell::Case(CaseColumn::SolvedOn)),
    ("What the customer said", "客户反馈内容", Cell::Case(CaseColumn::Body)),
    ("Cause", "原因", Cell::Case(CaseColumn::Cause)),
    ("What was done", "处理结果", Cell::Case(CaseColumn::Solution)),
    ("Owner", "负责人", Owner),
    ("Updated", "更新日期", Updated),
];

const CONTACTS: &[(&str, &str, ContactKind, usize)] = &[
    ("Mobile", "手机", ContactKind::Mobile, 3),
    ("Phone", "电话", ContactKind::Phone, 2),
    ("Email", "邮箱", ContactKind::Email, 3),
    ("WeChat", "微信", ContactKind::Wechat, 1),
    ("WeCom", "企业微信", ContactKind::Wecom, 1),
    ("Other contact", "其他联系方式", ContactKind::Other, 1),
];

/// The columns of one export, in one language.
pub struct Columns {
    lang: Lang,
    decimals: u8,
    cells: Vec<(String, Cell)>,
}

impl Columns {
    /// The columns of a kind; `decimals` are those of the organisation's currency. A detail that `details` hides has
    /// none.
    #[must_use]
    pub fn new(lang: Lang, kind: ExportKind, decimals: u8, details: &DetailRules) -> Self {
        let word =
            |en: &str, zh: &str| if lang == Lang::Zh { zh.to_owned() } else { en.to_owned() };
        let (own, remark) = match kind {
            ExportKind::Customers => (CUSTOMERS, Some(Cell::Account(AccountField::Remark))),
            ExportKind::People => (PEOPLE, Some(Cell::Person(PersonField::Remark))),
            ExportKind::Deals => (DEALS, None),
            ExportKind::Orders => (ORDERS, None),
            ExportKind::Cases => (CASES, None),
            ExportKind::Answers => (ANSWERS, None),
        };
        let mut columns: Vec<(String, Cell)> =
            own.iter().map(|(en, zh, cell)| (word(en, zh), *cell)).collect();
        let Some(remark) = remark else { return Self { lang, decimals, cells: columns } };
        for (en, zh, kind, count) in CONTACTS {
            let name = word(en, zh);
            for nth in 0..*count {
                let header = if nth == 0 { name.clone() } else { format!("{name} {}", nth + 1) };
                columns.push((header, Contact(*kind, nth)));
            }
        }
        columns.push((word("Remark", "备注"), remark));
        columns.push((word("Created", "创建日期"), Created));
        columns.push((word("Updated", "更新日期"), Updated));
        let seen = |cell: Cell| {
            let detail = cell.detail();
            detail.is_none_or(|detail| details.access(kind.object(), detail) > Access::Hidden)
        };
        columns.retain(|(_, cell)| seen(*cell));
        Self { lang, decimals, cells: columns }
    }

    /// The first row.
    #[must_use]
    pub fn headers(&self) -> Vec<String> {
        self.cells.iter().map(|(header, _)| header.clone()).collect()
    }

    /// The cells of a record. Dates are ISO, numbers plain, choices words of the language.
    #[must_use]
    pub fn cells(&self, record: Record<'_>, beside: Beside<'_>) -> Vec<String> {
        self.cells.iter().map(|(_, cell)| self.cell(*cell, record, beside)).collect()
    }

    fn cell(&self, cell: Cell, record: Record<'_>, beside: Beside<'_>) -> String {
        let points: &[ContactPoint] = match record {
            Record::Account(account) => &account.contacts,
            Record::Person(person) => &person.contacts,
            Record::Deal(_) | Record::Order(..) | Record::Case(..) | Record::Answer(..) => &[],
        };
        match (cell, record) {
            (Number, Record::Account(account)) => account.number.to_string(),
            (Number, Record::Person(person)) => person.number.to_string(),
            (Number, Record::Deal(deal)) => deal.number.to_string(),
            (Cell::Deal(column), Record::Deal(deal)) => self.of_deal(column, deal, beside),
            (Updated, Record::Deal(deal)) => day(deal.updated_at),
            (Number, Record::Order(order, _)) => order.number.to_string(),
            (Cell::Order(column), Record::Order(order, line)) => self.of_order(column, order, line),
            (Updated, Record::Order(order, _)) => day(order.updated_at),
            (Number, Record::Case(case, _)) => case.number.to_string(),
            (Cell::Case(column), Record::Case(case, said)) => self.of_case(column, case, said),
            (Updated, Record::Case(case, _)) => day(case.updated_at),
            (Number, Record::Answer(response, _)) => response.number.to_string(),
            (Cell::Answer(column), Record::Answer(response, answer)) => {
                answer_columns::cell(column, response, answer, self.lang)
            }
            (Owner, _) => beside.owner.to_owned(),
            (Cell::Parent, _) => beside.parent.to_owned(),
            (Cell::FurtherPlaces, Record::Account(account)) => further::addresses(account),
            (Cell::FurtherJobs, Record::Person(person)) => further::jobs(person),
            (Cell::CompanyNumber, Record::Person(person)) => {
                person.accounts.first().map(|job| job.number.to_string()).unwrap_or_default()
            }
            (Cell::Role, Record::Person(person)) => {
                let role = person.accounts.first().and_then(|job| job.role);
                self.choice(role.map(PersonRole::code).unwrap_or_default().to_owned(), true)
            }
            (Contact(kind, nth), _) => contact(points, kind, nth),
            (Created, Record::Account(account)) => day(account.created_at),
            (Created, Record::Person(person)) => day(person.created_at),
            (Updated, Record::Account(account)) => day(account.updated_at),
            (Updated, Record::Person(person)) => day(person.updated_at),
            (Cell::Account(field), Record::Account(account)) => {
                self.choice(account.data.get(field, self.decimals), is_account_choice(field))
            }
            (Tags, Record::Account(account)) => account.tags.join(","),
            (Place(part), Record::Account(account)) => {
                let Some(address) = account.addresses.first() else { return String::new() };
                let data = &address.data;
                [&data.country, &data.province, &data.city, &data.district, &data.street]
                    .get(part)
                    .map(|text| (*text).clone())
                    .unwrap_or_default()
            }
            (Cell::Person(field), Record::Person(person)) => {
                let chosen = matches!(field, PersonField::Gender | PersonField::BirthdayCalendar);
                self.choice(person.data.get(field), chosen)
            }
            (Company, Record::Person(person)) => {
                person.accounts.first().map(|job| job.name.clone()).unwrap_or_default()
            }
            _ => String::new(),
        }
    }

    fn of_deal(&self, column: DealColumn, deal: &Opportunity, beside: Beside<'_>) -> String {
        let data = &deal.data;
        let closing = deal.closing.as_ref();
        match column {
            DealColumn::Number => deal.number.to_string(),
            DealColumn::Name => data.name.clone(),
            DealColumn::Account => deal.account_name.clone(),
            DealColumn::AccountNumber => data.get(OpportunityField::Account),
            DealColumn::Person => deal.person_name.clone(),
            DealColumn::Pipeline => beside.pipeline.to_owned(),
            DealColumn::Stage => beside.stage.to_owned(),
            DealColumn::Value => data.get(OpportunityField::Value),
            DealColumn::Currency => data.get(OpportunityField::Currency),
            DealColumn::ExpectedClose => data.get(OpportunityField::ExpectedClose),
            DealColumn::Began => day(deal.created_at),
            DealColumn::Closed => deal.closed_at.map(day).unwrap_or_default(),
            DealColumn::Reason => {
                let code = closing.map(|closing| closing.reason.code()).unwrap_or_default();
                self.choice(code.to_owned(), true)
            }
            DealColumn::ClosingNote => {
                closing.map(|closing| closing.note.clone()).unwrap_or_default()
            }
            DealColumn::NextStep => data.next_step.clone(),
            DealColumn::NextStepOn => data.get(OpportunityField::NextStepOn),
            DealColumn::Source => data.source.clone(),
            DealColumn::Products => deal_work::told(&deal.lines, data.currency),
        }
    }

    fn of_order(&self, column: OrderColumn, order: &Order, line: Option<&OrderLine>) -> String {
        let data = &order.data;
        match column {
            OrderColumn::Number => order.number.to_string(),
            OrderColumn::Account => order.account_name.clone(),
            OrderColumn::AccountNumber => order.account.to_string(),
            OrderColumn::OrderedOn => data.ordered_on.to_string(),
            OrderColumn::Product => line.map(|line| line.name.clone()).unwrap_or_default(),
            OrderColumn::Quantity => line.map(|line| line.quantity.to_string()).unwrap_or_default(),
            OrderColumn::Amount => line
                .map(|line| money::plain(line.amount_minor, data.currency.decimals()))
                .unwrap_or_default(),
            OrderColumn::Currency => data.get(OrderField::Currency),
            OrderColumn::Status => self.choice(data.get(OrderField::Status), true),
            OrderColumn::Note => data.note.clone(),
            // Ids of other systems, and prices of pieces that need not be whole minor units.
            OrderColumn::AccountId | OrderColumn::Price => String::new(),
        }
    }

    fn of_case(&self, column: CaseColumn, case: &Case, said: &str) -> String {
        let data = &case.data;
        match column {
            CaseColumn::Number => case.number.to_string(),
            CaseColumn::Subject => data.subject.clone(),
            CaseColumn::Kind => self.choice(data.get(CaseField::Kind), true),
            CaseColumn::Category => data.category.clone(),
            CaseColumn::Priority => self.choice(data.get(CaseField::Priority), true),
            CaseColumn::Status => self.choice(data.get(CaseField::Status), true),
            CaseColumn::Channel => self.choice(data.get(CaseField::Channel), true),
            CaseColumn::Account => case.account_name.clone(),
            CaseColumn::AccountNumber => data.get(CaseField::Account),
            CaseColumn::Person => case.person_name.clone(),
            CaseColumn::Contact => data.contact.clone(),
            CaseColumn::CameOn => day(case.clock.began_at),
            CaseColumn::SolvedOn => day(case.clock.solved_at),
            CaseColumn::Body => said.to_owned(),
            CaseColumn::Cause => data.cause.clone(),
            CaseColumn::Solution => data.solution.clone(),
            // An id of another system.
            CaseColumn::AccountId => String::new(),
        }
    }

    fn choice(&self, code: String, is_choice: bool) -> String {
        if !is_choice || self.lang == Lang::En {
            return code;
        }
        CHINESE_CHOICES
            .iter()
            .find(|(known, _)| *known == code)
            .map_or(code, |(_, word)| (*word).to_owned())
    }
}

fn is_account_choice(field: AccountField) -> bool {
    matches!(field, AccountField::Kind | AccountField::Status | AccountField::Level)
}

/// Words for codes that the import reads back.
const CHINESE_CHOICES: &[(&str, &str)] = &[
    ("company", "企业"),
    ("individual", "个人"),
    ("partner", "合作伙伴"),
    ("competitor", "竞争对手"),
    ("potential", "潜在"),
    ("active", "活跃"),
    ("loyal", "忠诚"),
    ("at_risk", "流失风险"),
    ("churned", "已流失"),
    ("vip", "重要"),
    ("high", "高"),
    ("medium", "中"),
    ("low", "低"),
    ("female", "女"),
    ("male", "男"),
    ("other", "其他"),
    ("solar", "公历"),
    ("lunar", "农历"),
    ("decider", "决策人"),
    ("user", "使用人"),
    ("payer", "付款人"),
    ("price", "价格"),
    ("product", "产品"),
    ("service", "服务"),
    ("relationship", "关系"),
    ("budget", "预算"),
    ("timing", "时机"),
    ("no_answer", "无回应"),
    ("confirmed", "已确认"),
    ("delivering", "交付中"),
    ("delivered", "已交付"),
    ("cancelled", "已取消"),
    ("complaint", "投诉"),
    ("question", "咨询"),
    ("suggestion", "建议"),
    ("urgent", "紧急"),
    ("normal", "普通"),
    ("new", "新建"),
    ("triaged", "已分派"),
    ("in_progress", "处理中"),
    ("waiting", "等待客户"),
    ("resolved", "已解决"),
    ("closed", "已关闭"),
    ("phone", "电话"),
    ("email", "邮件"),
    ("chat", "微信"),
    ("visit", "拜访"),
    ("form", "表单"),
    ("survey", "问卷"),
];

fn contact(points: &[ContactPoint], kind: ContactKind, nth: usize) -> String {
    let raws: Vec<&str> =
        points.iter().filter(|point| point.kind == kind).map(|point| point.raw.as_str()).collect();
    let count = CONTACTS.iter().find(|(_, _, known, _)| *known == kind).map_or(1, |(.., n)| *n);
    if nth + 1 < count {
        raws.get(nth).copied().unwrap_or_default().to_owned()
    } else {
        raws.get(nth..).unwrap_or_default().join("\n")
    }
}

pub(crate) fn day(at: Instant) -> String {
    if at.is_set() { Date::from_days(at.0.div_euclid(DAY)).to_string() } else { String::new() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::{
        account::{AccountKind, AccountStatus, Level},
        case::{CaseChannel, CaseKind, CasePriority, CaseStatus},
        opportunity::CloseReason,
        order::OrderStatus,
        person::{Calendar, Gender},
    };

    #[test]
    fn every_choice_has_a_word_that_reads_back() {
        let columns = Columns::new(Lang::Zh, ExportKind::Customers, 2, &DetailRules::OPEN);
        let word = |code: &str| columns.choice(code.to_owned(), true);
        for kind in AccountKind::ALL {
            assert_eq!(AccountKind::parse(&word(kind.code())), Ok(*kind));
        }
        for status in AccountStatus::ALL {
            assert_eq!(AccountStatus::parse(&word(status.code())), Ok(*status));
        }
        for level in Level::ALL {
            assert_eq!(Level::parse(&word(level.code())), Ok(*level));
        }
        for gender in Gender::ALL {
            assert_eq!(Gender::parse(&word(gender.code())), Ok(*gender));
        }
        for role in PersonRole::ALL {
            assert_eq!(PersonRole::parse(&word(role.code())), Ok(*role));
        }
        for reason in CloseReason::ALL {
            assert_eq!(CloseReason::parse(&word(reason.code())), Ok(*reason));
        }
        for status in OrderStatus::ALL {
            assert_eq!(OrderStatus::parse(&word(status.code())), Ok(*status));
        }
        for kind in CaseKind::ALL {
            assert_eq!(CaseKind::parse(&word(kind.code())), Ok(*kind));
        }
        for priority in CasePriority::ALL {
            assert_eq!(CasePriority::parse(&word(priority.code())), Ok(*priority));
        }
        for status in CaseStatus::ALL {
            assert_eq!(CaseStatus::parse(&word(status.code())), Ok(*status));
        }
        for channel in CaseChannel::ALL {
            assert_eq!(CaseChannel::parse(&word(channel.code())), Ok(*channel));
        }
        for calendar in Calendar::ALL {
            assert_eq!(Calendar::parse(&word(calendar.code())), Ok(*calendar));
        }
    }
}
