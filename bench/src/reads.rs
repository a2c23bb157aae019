//! Every read of the store, timed without a server around it: where a figure over HTTP is too
//! large, this says whether the database is why.

use crate::{
    Fault,
    place::Place,
    plans::{Overheard, plan},
    program::{database_cpu_ms, own_cpu_ms},
    sample::{caller, search},
};
use domain::{
    dashboard::DashboardRequest,
    duplicate::Probe,
    hit::HitKind,
    id::{AccountNumber, PersonNumber, UserId},
    list::{Filter, ListRequest, Sort, Tab},
    note::Subject,
    opportunity::BoardRequest,
    page::Cursor,
    policy::{Action, Caller, Circle, Object, Reach, Role},
    time::ZoneOffsets,
};
use serde::{Deserialize, Serialize};
use std::{
    io::Write,
    time::{Duration, Instant},
};
use store::Db;

/// One read, timed.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Read {
    /// What is read.
    pub name: String,
    /// Half of them took no longer, microseconds.
    pub p50_us: u64,
    /// The quickest, microseconds: what it costs when nobody else wants the processor.
    pub best_us: u64,
    /// Processor time for each, microseconds, PostgreSQL's included.
    pub cpu_us: f64,
    /// Rows read.
    pub rows: usize,
}

/// A read that can be made again and again.
enum Ask {
    Page(ListRequest),
    Count(ListRequest),
    Palette(String),
    Duplicates(Box<Probe>),
    Account(i64),
    Timeline(i64),
    People(i64),
    Person(i64),
    /// The board of the first pipeline.
    Board,
    /// All figures of a dashboard.
    Dashboard(Box<DashboardRequest>),
    /// The same by somebody who sees own customers only.
    AsRep(Box<Self>),
    /// The same by somebody who sees what the members of a team are in charge of.
    AsLead(Circle, Box<Self>),
}

impl Ask {
    async fn make(&self, db: &Db, caller: &Caller) -> Result<usize, Fault> {
        Ok(match self {
            Self::Page(request) if request.tab == Tab::People => {
                db.person_page(caller, request).await?.rows.len()
            }
            Self::Page(request) => db.account_page(caller, request).await?.rows.len(),
            Self::Count(request) => {
                usize::try_from(db.list_count(caller, request, false).await?.number)?
            }
            Self::Palette(typed) => db.palette(caller, typed, HitKind::ALL).await?.len(),
            Self::Duplicates(probe) => db.duplicates(caller, probe).await?.len(),
            Self::Account(number) => {
                db.account(caller, AccountNumber(*number)).await?.contacts.len()
            }
            Self::Timeline(number) => {
                let id = db.account(caller, AccountNumber(*number)).await?.id;
                db.timeline(caller, Subject::Account(id), None).await?.entries.len()
            }
            Self::People(number) => {
                let id = db.account(caller, AccountNumber(*number)).await?.id;
                db.people_of(caller, id).await?.len()
            }
            Self::Person(number) => db.person(caller, PersonNumber(*number)).await?.contacts.len(),
            Self::Board => db.board(caller, &BoardRequest::default()).await?.columns.len(),
            Self::Dashboard(request) => {
                let currency = db.organisation(caller).await?.currency;
                let zone = ZoneOffsets::default();
                let told = db.dashboard(caller, &zone, currency, request).await?;
                told.deals.map_or(0, |deals| deals.groups.len())
            }
            Self::AsRep(ask) => {
                let rep = Caller { rights: Role::SalesRep.rights(), ..caller.clone() };
                Box::pin(ask.make(db, &rep)).await?
            }
            Self::AsLead(circle, ask) => {
                let rights = [Object::Account, Object::Person]
                    .into_iter()
                    .fold(Role::SalesRep.rights(), |rights, object| {
                        rights.set(object, Action::View, Reach::Team)
                    });
                let lead = Caller { rights, circle: circle.clone(), ..caller.clone() };
                Box::pin(ask.make(db, &lead)).await?
            }
        })
    }
}

/// The reads, named. Filters that nothing passes and tags that nobody carries are among them: they
/// are what a scan shows up in.
fn asks(customers: u64, name: &str, near: &[UserId]) -> Vec<(String, Ask)> {
    let mut all = Vec::new();
    let middle = i64::try_from(customers / 2).unwrap_or(1);
    for tab in [Tab::Companies, Tab::Individuals, Tab::People] {
        for sort in [Sort::Name, Sort::LastContact, Sort::Created, Sort::Value] {
            if tab == Tab::People && sort == Sort::Value {
                continue;
            }
            let plain = ListRequest { tab, sort, ..ListRequest::default() };
            let list = format!("{} by {}", tab.code(), sort.code());
            all.push((format!("list {list}"), Ask::Page(plain.clone())));
            let key = match sort {
                Sort::Name => "ning",
                Sort::LastContact => "1780000000000",
                Sort::Value => "50000000",
                Sort::Created => "",
            };
            let after = Some(Cursor { key: key.to_owned(), number: middle });
            all.push((
                format!("list {list}, deep"),
                Ask::Page(ListRequest { after, ..plain.clone() }),
            ));
            let narrowed: [(&str, &[Filter], &str); 9] = [
                ("mine", &[Filter::Mine], ""),
                ("vip", &[Filter::Vip], ""),
                ("at risk", &[Filter::AtRisk], ""),
                ("quiet", &[Filter::Quiet], ""),
                ("unassigned", &[Filter::Unassigned], ""),
                ("birthday", &[Filter::Birthday], ""),
                ("mine and vip", &[Filter::Mine, Filter::Vip], ""),
                ("frequent tag", &[], "重点跟进"),
                ("rare tag", &[], "专精特新"),
            ];
            for (filter, filters, tag) in narrowed {
                let of_customers = !tag.is_empty()
                    || [Filter::Vip, Filter::AtRisk].iter().any(|filter| filters.contains(filter));
                if tab == Tab::People && of_customers {
                    continue;
                }
                let (filters, tag) = (filters.to_vec(), tag.to_owned());
                let request = ListRequest { filters, tag, ..plain.clone() };
                if sort == Sort::Name {
                    all.push((
                        format!("count {}, {filter}", tab.code()),
                        Ask::Count(request.clone()),
                    ));
                }
                all.push((format!("list {list}, {filter}"), Ask::Page(request)));
            }
        }
    }
    let lone = name.to_owned();
    for typed in [
        "科技",
        "公司",
        "上海",
        "王",
        "王伟",
        "zhang",
        "shanghai",
        "sh",
        "kj",
        "engineering",
        "ltd",
        "0077",
        "19000012345",
        "c-4321",
        "没有这个",
        lone.as_str(),
    ] {
        for tab in [Tab::Companies, Tab::Individuals, Tab::People] {
            let request = ListRequest { tab, ..search(typed) };
            all.push((format!("search {} {typed}", tab.code()), Ask::Page(request)));
        }
        all.push((format!("count of search {typed}"), Ask::Count(search(typed))));
        all.push((format!("palette {typed}"), Ask::Palette(typed.to_owned())));
    }
    for name in [name, "上海瑞恒科技有限公司", "北京华", "Calmark Engineering Ltd"] {
        let probe = Probe {
            name: name.to_owned(),
            phones: vec!["19000012345".to_owned()],
            emails: vec!["info@nobody.example.com".to_owned()],
            ..Probe::default()
        };
        all.push((format!("duplicates {name}"), Ask::Duplicates(Box::new(probe))));
    }
    all.push(("open customer".to_owned(), Ask::Account(middle)));
    all.push(("open customer and its persons".to_owned(), Ask::People(middle)));
    all.push(("open customer and its timeline".to_owned(), Ask::Timeline(middle)));
    all.push(("open person".to_owned(), Ask::Person(middle)));
    all.push(("board".to_owned(), Ask::Board));
    for when in ["this_quarter", "twelve_months", "ever"] {
        let when = when.parse().unwrap_or_default();
        let request = DashboardRequest { when, ..DashboardRequest::default() };
        all.push((format!("dashboard, {when}"), Ask::Dashboard(Box::new(request))));
    }
    all.extend(of_a_rep());
    all.extend(of_a_lead(near));
    all
}

/// What a sixth of all customers costs whoever sees no others.
fn of_a_rep() -> Vec<(String, Ask)> {
    let mut all = Vec::new();
    for tab in [Tab::Companies, Tab::Individuals, Tab::People] {
        for sort in [Sort::Name, Sort::LastContact, Sort::Created] {
            let request = ListRequest { tab, sort, ..ListRequest::default() };
            let name = format!("list {} by {}, as a rep", tab.code(), sort.code());
            all.push((name, Ask::Page(request)));
        }
        let plain = ListRequest { tab, ..ListRequest::default() };
        all.push((format!("count {}, as a rep", tab.code()), Ask::Count(plain)));
        for typed in ["科技", "shanghai"] {
            let request = ListRequest { tab, ..search(typed) };
            let name = format!("search {} {typed}, as a rep", tab.code());
            all.push((name, Ask::Page(request.clone())));
            let name = format!("count of search {} {typed}, as a rep", tab.code());
            all.push((name, Ask::Count(request)));
        }
    }
    all.into_iter().map(|(name, ask)| (name, Ask::AsRep(Box::new(ask)))).collect()
}

/// What half of all customers costs whoever leads the team that is in charge of them, with more and more members who
/// are in charge of nothing.
fn of_a_lead(near: &[UserId]) -> Vec<(String, Ask)> {
    let mut all = Vec::new();
    for tab in [Tab::Companies, Tab::People] {
        for sort in [Sort::Name, Sort::LastContact, Sort::Created] {
            for size in [3, 40, 200] {
                let request = ListRequest { tab, sort, ..ListRequest::default() };
                let name = format!("list {} by {}, as the lead of {size}", tab.code(), sort.code());
                let idle = (1..).map(|number| UserId(uuid::Uuid::from_u128(number)));
                let team = near.iter().copied().chain(idle).take(size);
                let circle = Circle::new(UserId::NIL, team, std::iter::empty());
                all.push((name, Ask::AsLead(circle, Box::new(Ask::Page(request)))));
            }
        }
    }
    all
}

/// Who asks, a name to search for, and half of the colleagues.
async fn prepare(db: &Db, customers: u64) -> Result<(Caller, String, Vec<UserId>), Fault> {
    let mut caller = caller();
    let users = db.users(&caller).await?;
    let colleague = users.get(1).ok_or("nobody can sign in")?;
    caller.user = colleague.id;
    let half = users.len().div_ceil(2);
    let near = users.into_iter().map(|user| user.id).take(half).collect();
    let number = AccountNumber(i64::try_from(customers / 3)?.max(1));
    let name = db.account(&caller, number).await?.data.name;
    Ok((caller, name, near))
}

async fn time(
    place: &Place,
    db: &Db,
    caller: &Caller,
    name: &str,
    ask: &Ask,
) -> Result<Read, Fault> {
    const LENGTH: Duration = Duration::from_millis(250);
    let rows = ask.make(db, caller).await?;
    let mut times = Vec::new();
    let before = cpu_ms(place).await?;
    let began = Instant::now();
    while times.len() < 5 || (began.elapsed() < LENGTH && times.len() < 1_000) {
        let asked = Instant::now();
        ask.make(db, caller).await?;
        times.push(u64::try_from(asked.elapsed().as_micros()).unwrap_or(u64::MAX));
    }
    let cpu_us = (cpu_ms(place).await? - before) * 1_000.0 / f64::from(u32::try_from(times.len())?);
    times.sort_unstable();
    let half = times.get(times.len() / 2).copied().unwrap_or_default();
    let best = times.first().copied().unwrap_or_default();
    Ok(Read { name: name.to_owned(), p50_us: half, best_us: best, cpu_us, rows })
}

/// Processor time of this process and of PostgreSQL's so far.
async fn cpu_ms(place: &Place) -> Result<f64, Fault> {
    let database = match &place.address {
        Some(address) => database_cpu_ms(address).await?,
        None => 0.0,
    };
    Ok(own_cpu_ms()? + database)
}

/// Times every read.
///
/// # Errors
/// When the database does not answer.
pub async fn measure(
    place: &Place,
    customers: u64,
    out: &mut dyn Write,
) -> Result<Vec<Read>, Fault> {
    let db = place.open().await?;
    let (caller, name, near) = prepare(&db, customers).await?;
    let mut all = Vec::new();
    for (name, ask) in asks(customers, &name, &near) {
        let read = time(place, &db, &caller, &name, &ask).await?;
        if read.cpu_us > 3_000.0 {
            writeln!(out, "slow: {} {:.0} us", read.name, read.cpu_us)?;
        }
        all.push(read);
    }
    db.close().await;
    Ok(all)
}

/// Prints time and plan of every read.
///
/// # Errors
/// When the database does not answer.
pub async fn explain(place: &Place, customers: u64, out: &mut dyn Write) -> Result<(), Fault> {
    let overheard = Overheard::begin()?;
    let db = place.open().await?;
    let (caller, name, near) = prepare(&db, customers).await?;
    overheard.take();
    for (name, ask) in asks(customers, &name, &near) {
        let read = time(place, &db, &caller, &name, &ask).await?;
        writeln!(
            out,
            "{:>8.0} us cpu {:>8} us best  {} ({} rows)",
            read.cpu_us, read.best_us, name, read.rows
        )?;
        for statement in overheard.take() {
            let line = statement.split_whitespace().collect::<Vec<_>>().join(" ");
            writeln!(out, "            {line}")?;
            for step in plan(place, &statement).await? {
                writeln!(out, "                {step}")?;
            }
        }
    }
    db.close().await;
    Ok(())
}
