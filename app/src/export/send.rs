//! The route that sends a list as a file: page by page out of the database, row by row to the
//! browser. Who took what out stands in the trail. Server only.

use crate::{
    entry::{Face, refusal_page},
    error::AppError,
    i18n::Text,
    import::download::{PART_BYTES, PARTS, Part, attachment, refused},
    long_answer::Recipient,
    ssr::{Services, Visit},
};
use axum::{
    Extension, Router,
    extract::{Query, State},
    http::StatusCode,
    response::{Html, IntoResponse, Response},
    routing::get,
};
use domain::{
    account::Account,
    case::{Case, CaseRequest},
    failure::Failure,
    id::{AccountId, CaseId, OpportunityId, OrderId, PersonId, StageId, UserId},
    lang::Lang,
    list::{Filter, ListRequest, Tab},
    opportunity::{DealRequest, Opportunity},
    order::{Order, OrderRequest},
    page::Cursor,
    person::Person,
    policy::{self, Action, Caller, Object, Shared},
    survey::{ResponseRequest, ResponseSeen},
    time::ZoneOffsets,
};
use exchange::{
    export::{CsvExport, ExportOptions, XlsxExport},
    export_columns::{Beside, ExportKind, Record},
    rows_out::CsvEncoding,
};
use std::{collections::HashMap, io::Read, path::PathBuf};
use store::Db;
use tokio::sync::mpsc;

/// Content type of a workbook.
const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

/// Routes of exports; the server lists them in its inventory.
pub fn routes() -> Router<Services> {
    Router::new()
        .route("/export/customers", get(customers))
        .route("/export/people", get(people))
        .route("/export/deals", get(deals))
        .route("/export/orders", get(orders))
        .route("/export/feedback", get(cases))
        .route("/export/answers", get(answers))
}

type Asked = Query<HashMap<String, String>>;

async fn customers(
    State(services): State<Services>,
    Extension(visit): Extension<Visit>,
    Query(asked): Asked,
) -> Response {
    answer(&services, &visit, &asked, ExportKind::Customers).await
}

async fn people(
    State(services): State<Services>,
    Extension(visit): Extension<Visit>,
    Query(asked): Asked,
) -> Response {
    answer(&services, &visit, &asked, ExportKind::People).await
}

async fn deals(
    State(services): State<Services>,
    Extension(visit): Extension<Visit>,
    Query(asked): Asked,
) -> Response {
    answer(&services, &visit, &asked, ExportKind::Deals).await
}

async fn orders(
    State(services): State<Services>,
    Extension(visit): Extension<Visit>,
    Query(asked): Asked,
) -> Response {
    answer(&services, &visit, &asked, ExportKind::Orders).await
}

async fn cases(
    State(services): State<Services>,
    Extension(visit): Extension<Visit>,
    Query(asked): Asked,
) -> Response {
    answer(&services, &visit, &asked, ExportKind::Cases).await
}

async fn answers(
    State(services): State<Services>,
    Extension(visit): Extension<Visit>,
    Query(asked): Asked,
) -> Response {
    answer(&services, &visit, &asked, ExportKind::Answers).await
}

async fn answer(
    services: &Services,
    visit: &Visit,
    asked: &HashMap<String, String>,
    kind: ExportKind,
) -> Response {
    match start(services, visit, asked, kind).await {
        Ok(response) => response,
        // A person at a browser: nothing else asks for a file by a form.
        Err(AppError::Failure(failure @ Failure::TooManyRows { .. })) => {
            let face = Face::of(visit, &services.files);
            let page = refusal_page(&face, failure.status(), &failure);
            (StatusCode::UNPROCESSABLE_ENTITY, Html(page)).into_response()
        }
        Err(error) => refused(visit.lang, &error),
    }
}

async fn start(
    services: &Services,
    visit: &Visit,
    asked: &HashMap<String, String>,
    kind: ExportKind,
) -> Result<Response, AppError> {
    let caller = visit.caller.clone().ok_or(Failure::SignedOut)?;
    let object = kind.object();
    policy::check(&caller, Action::Export, object)?;
    let list = List::asked(asked, kind, services.zone_of(&caller).await?);
    let query = list.told();
    // What goes out is what the right to export reaches, which may be less than what is seen. Orders and answers go with
    // customers.
    let with_customers = matches!(kind, ExportKind::Orders | ExportKind::Answers);
    let reaching = if with_customers { Object::Account } else { object };
    policy::check(&caller, Action::Export, reaching)?;
    let reach = caller.rights.reach(Action::Export, reaching);
    let rights = caller.rights.set(reaching, Action::View, reach);
    // What is shared does not go out; the list of what is shared is still made by it.
    let of_shares = list.is_of_shares();
    let shared = if of_shares { caller.shared.clone() } else { Shared::default() };
    let reached = Caller { rights, shared, ..caller.clone() };
    let rows = list.count(&services.db, &reached).await?;
    let max = services.db.organisation(&caller).await?.export_rows;
    if rows > max {
        return Err(Failure::TooManyRows { max }.into());
    }
    services.db.note_export(&caller, object, &query, rows).await?;
    let owners = services.db.colleagues(&caller).await?;
    let options = ExportOptions {
        lang: visit.lang,
        kind,
        decimals: caller.house.decimals,
        details: *caller.rights.details(),
    };
    let source = Source {
        db: services.db.clone(),
        stages: stages(&services.db, &caller, visit.lang, kind).await?,
        recipient: Recipient::new(caller),
        list,
        owners: owners.into_iter().map(|one| (one.id, one.name)).collect(),
    };
    let name = name(visit.lang, kind);
    let workbook = asked.get("format").map(String::as_str) == Some("xlsx");
    let (sender, parts) = mpsc::channel(PARTS);
    if workbook {
        let folder = services.uploads.clone();
        tokio::spawn(async move {
            if let Err(error) = as_workbook(source, options, folder, &sender).await {
                tracing::warn!(%error, "an export ended early");
            }
        });
        return Ok(attachment(&format!("{name}.xlsx"), XLSX, parts));
    }
    let (encoding, content_type) = match asked.get("encoding").map(String::as_str) {
        Some("gb18030") => (CsvEncoding::Gb18030, "text/csv; charset=gb18030"),
        _ => (CsvEncoding::Utf8, "text/csv; charset=utf-8"),
    };
    tokio::spawn(async move {
        if let Err(error) = as_csv(source, options, encoding, &sender).await {
            tracing::warn!(%error, "an export ended early");
        }
    });
    Ok(attachment(&format!("{name}.csv"), content_type, parts))
}

fn name(lang: Lang, kind: ExportKind) -> &'static str {
    let text = Text::new(lang);
    match kind {
        ExportKind::Customers => text.export_file_name(),
        ExportKind::People => text.export_file_name_people(),
        ExportKind::Deals => text.export_file_name_deals(),
        ExportKind::Orders => text.export_file_name_orders(),
        ExportKind::Cases => text.export_file_name_cases(),
        ExportKind::Answers => text.export_file_name_answers(),
    }
}

/// Why an export ended before its last row.
#[derive(Debug, thiserror::Error)]
enum Stopped {
    #[error("{0}")]
    Store(#[from] store::StoreError),
    #[error("{0}")]
    Disk(#[from] std::io::Error),
    #[error("whoever asked is gone")]
    Left,
}

/// The list that is sent.
#[derive(Clone)]
enum List {
    Customers(ListRequest),
    Deals(DealRequest),
    Orders(OrderRequest),
    Cases(CaseRequest),
    Answers(ResponseRequest),
}

impl List {
    fn asked(asked: &HashMap<String, String>, kind: ExportKind, zone: ZoneOffsets) -> Self {
        let get = |key: &str| asked.get(key).map(String::as_str);
        if kind == ExportKind::Deals {
            let request = DealRequest::from_query(get);
            return Self::Deals(DealRequest { after: None, zone, ..request });
        }
        if kind == ExportKind::Orders {
            return Self::Orders(OrderRequest { after: None, ..OrderRequest::from_query(get) });
        }
        if kind == ExportKind::Cases {
            let request = CaseRequest::from_query(get);
            return Self::Cases(CaseRequest { after: None, zone, ..request });
        }
        if kind == ExportKind::Answers {
            let request = ResponseRequest::from_query(get);
            return Self::Answers(ResponseRequest { after: None, zone, ..request });
        }
        let mut request = ListRequest::from_query(get);
        (request.after, request.zone) = (None, zone);
        if kind == ExportKind::People {
            request.tab = Tab::People;
        } else if request.tab == Tab::People {
            request.tab = Tab::Companies;
        }
        Self::Customers(request)
    }

    /// As the trail tells it. What somebody searched for may be a name or a number, and outlive in the log whoever has
    /// them.
    fn told(&self) -> String {
        match self {
            Self::Customers(request) => {
                let search =
                    if request.search.is_empty() { String::new() } else { "…".to_owned() };
                let told = ListRequest { search, ..request.clone() };
                crate::frame::address::query(told.to_query())
            }
            Self::Deals(request) => crate::frame::address::query(request.to_query()),
            Self::Orders(request) => crate::frame::address::query(request.to_query()),
            Self::Cases(request) => crate::frame::address::query(request.to_query()),
            Self::Answers(request) => crate::frame::address::query(request.to_query()),
        }
    }

    fn is_of_shares(&self) -> bool {
        matches!(self, Self::Customers(request) if request.filters.contains(&Filter::Shared))
    }

    async fn count(&self, db: &Db, caller: &Caller) -> Result<i64, AppError> {
        Ok(match self {
            Self::Customers(request) => db.list_count(caller, request, true).await?.number,
            Self::Deals(request) => db.opportunity_count(caller, request, true).await?.number,
            Self::Orders(request) => db.order_count(caller, request, true).await?.number,
            Self::Cases(request) => db.case_count(caller, request, true).await?.number,
            Self::Answers(request) => db.response_count(caller, request, true).await?.number,
        })
    }
}

/// Names of stages and of their pipelines. A stage out of use is told by its kind: no deal can come into it.
async fn stages(
    db: &Db,
    caller: &Caller,
    lang: Lang,
    kind: ExportKind,
) -> Result<HashMap<StageId, (String, String)>, AppError> {
    if kind != ExportKind::Deals {
        return Ok(HashMap::new());
    }
    let mut all = HashMap::new();
    for pipeline in db.pipelines(caller).await? {
        for stage in &pipeline.stages {
            let name = if stage.archived { stage.kind.code() } else { stage.name.in_lang(lang) };
            let way = pipeline.name.in_lang(lang).to_owned();
            all.insert(stage.id, (name.to_owned(), way));
        }
    }
    Ok(all)
}

/// What is read, page by page.
struct Source {
    db: Db,
    recipient: Recipient,
    list: List,
    owners: HashMap<UserId, String>,
    stages: HashMap<StageId, (String, String)>,
}

/// Records of one page of the list.
enum Records {
    Accounts(Vec<Account>, HashMap<AccountId, String>),
    People(Vec<Person>),
    Deals(Vec<Opportunity>),
    Orders(Vec<Order>),
    Cases(Vec<(Case, String)>),
    Answers(Vec<ResponseSeen>),
}

impl Source {
    /// The next page and where to go on.
    async fn next(&mut self, after: Option<Cursor>) -> Result<(Records, Option<Cursor>), Stopped> {
        let caller = self.recipient.for_next(&self.db).await?;
        let request = match &self.list {
            List::Customers(request) => ListRequest { after, ..request.clone() },
            List::Deals(request) => {
                let request = DealRequest { after, ..request.clone() };
                let page = self.db.opportunity_page(caller, &request).await?;
                let ids: Vec<OpportunityId> = page.rows.iter().map(|row| row.id).collect();
                let deals = self.db.export_opportunities(caller, &ids).await?;
                return Ok((Records::Deals(deals), page.next));
            }
            List::Orders(request) => {
                let request = OrderRequest { after, ..request.clone() };
                let page = self.db.order_page(caller, &request).await?;
                let ids: Vec<OrderId> = page.rows.iter().map(|row| row.id).collect();
                let orders = self.db.export_orders(caller, &ids).await?;
                return Ok((Records::Orders(orders), page.next));
            }
            List::Cases(request) => {
                let request = CaseRequest { after, ..request.clone() };
                let page = self.db.case_page(caller, &request).await?;
                let ids: Vec<CaseId> = page.rows.iter().map(|row| row.id).collect();
                let cases = self.db.export_cases(caller, &ids).await?;
                return Ok((Records::Cases(cases), page.next));
            }
            List::Answers(request) => {
                let request = ResponseRequest { after, ..request.clone() };
                let page = self.db.export_responses(caller, &request).await?;
                return Ok((Records::Answers(page.rows), page.next));
            }
        };
        if request.tab == Tab::People {
            let page = self.db.person_page(caller, &request).await?;
            let ids: Vec<PersonId> = page.rows.iter().map(|row| row.id).collect();
            let people = self.db.export_people(caller, &ids).await?;
            return Ok((Records::People(people), page.next));
        }
        let page = self.db.account_page(caller, &request).await?;
        let ids: Vec<AccountId> = page.rows.iter().map(|row| row.id).collect();
        let accounts = self.db.export_accounts(caller, &ids).await?;
        let parents = self.db.export_parents(caller, &ids).await?;
        Ok((Records::Accounts(accounts, parents), page.next))
    }

    fn owner(&self, owner: Option<UserId>) -> &str {
        owner.and_then(|id| self.owners.get(&id)).map(String::as_str).unwrap_or_default()
    }

    /// Hands every record with what stands beside it to `take`.
    fn each<'a>(
        &'a self,
        records: &'a Records,
        mut take: impl FnMut(Record<'a>, Beside<'a>) -> Result<(), Stopped>,
    ) -> Result<(), Stopped> {
        match records {
            Records::Accounts(all, parents) => all.iter().try_for_each(|one| {
                let owner = self.owner(one.data.owner);
                let parent = parents.get(&one.id).map(String::as_str).unwrap_or_default();
                take(one.into(), Beside { owner, parent, ..Beside::default() })
            }),
            Records::People(all) => {
                all.iter().try_for_each(|one| take(one.into(), self.owner(one.data.owner).into()))
            }
            Records::Deals(all) => all.iter().try_for_each(|one| {
                let owner = self.owner(one.data.owner);
                let (stage, pipeline) = self
                    .stages
                    .get(&one.stage)
                    .map(|(stage, pipeline)| (stage.as_str(), pipeline.as_str()))
                    .unwrap_or_default();
                take(one.into(), Beside { owner, stage, pipeline, ..Beside::default() })
            }),
            Records::Cases(all) => all.iter().try_for_each(|(case, said)| {
                take(Record::Case(case, said), self.owner(case.data.owner).into())
            }),
            // Each answer is a row, and whoever answered nothing is one, too.
            Records::Answers(all) => all.iter().try_for_each(|one| {
                let owner = self.owner(one.owner);
                let mut said = one.answers.iter().map(Some).collect::<Vec<_>>();
                if said.is_empty() {
                    said.push(None);
                }
                said.into_iter().try_for_each(|said| take(Record::Answer(one, said), owner.into()))
            }),
            // Each line is a row, and an order without any is one, too.
            Records::Orders(all) => all.iter().try_for_each(|order| {
                let mut lines = order.lines.iter().map(Some).collect::<Vec<_>>();
                if lines.is_empty() {
                    lines.push(None);
                }
                lines
                    .into_iter()
                    .try_for_each(|line| take(Record::Order(order, line), Beside::default()))
            }),
        }
    }
}

async fn as_csv(
    mut source: Source,
    options: ExportOptions,
    encoding: CsvEncoding,
    sender: &mpsc::Sender<Part>,
) -> Result<(), Stopped> {
    let mut out = CsvExport::new(options, encoding);
    let mut part = out.head();
    let mut after = None;
    loop {
        let (records, next) = source.next(after).await?;
        source.each(&records, |record, beside| {
            part.extend(out.row(record, beside));
            Ok(())
        })?;
        let last = next.is_none();
        if last || part.len() >= PART_BYTES {
            let full = Part::from(std::mem::take(&mut part));
            sender.send(full).await.map_err(|_| Stopped::Left)?;
        }
        if last {
            return sender.send(Part::End).await.map_err(|_| Stopped::Left);
        }
        after = next;
    }
}

/// A workbook is whole only at its end, so it waits on disk.
async fn as_workbook(
    mut source: Source,
    options: ExportOptions,
    folder: PathBuf,
    sender: &mpsc::Sender<Part>,
) -> Result<(), Stopped> {
    let mut out = XlsxExport::new(options, &folder)?;
    let mut after = None;
    loop {
        let (records, next) = source.next(after).await?;
        source.each(&records, |record, beside| Ok(out.row(record, beside)?))?;
        if next.is_none() {
            break;
        }
        if sender.is_closed() {
            return Err(Stopped::Left);
        }
        after = next;
    }
    let object = options.kind.object();
    policy::check(source.recipient.ask(&source.db).await?, Action::Export, object)
        .map_err(store::StoreError::from)?;
    let sender = sender.clone();
    let sent = tokio::task::spawn_blocking(move || {
        let waiting = Waiting(folder.join(format!("{}.export", uuid::Uuid::new_v4())));
        out.finish(std::fs::File::create_new(&waiting.0)?)?;
        let mut file = std::fs::File::open(&waiting.0)?;
        let mut buffer = vec![0; PART_BYTES];
        loop {
            let read = file.read(&mut buffer)?;
            if read == 0 {
                return sender.blocking_send(Part::End).map_err(|_| Stopped::Left);
            }
            let part = Part::from(buffer.get(..read).unwrap_or_default().to_vec());
            sender.blocking_send(part).map_err(|_| Stopped::Left)?;
        }
    });
    sent.await.map_err(|error| Stopped::Disk(std::io::Error::other(error)))?
}

/// A file that goes with its owner.
struct Waiting(PathBuf);

impl Drop for Waiting {
    fn drop(&mut self) {
        if let Err(error) = std::fs::remove_file(&self.0) {
            tracing::warn!(%error, "a finished export stayed on disk");
        }
    }
}
