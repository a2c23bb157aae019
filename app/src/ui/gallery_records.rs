//! Gallery: what records are shown with. Chips, avatars, figures, tables, rows, timeline, page states.

#![allow(clippy::wildcard_imports, reason = "the gallery shows all of the kit")]

use leptos::prelude::*;
use maud::html;

use super::{gallery::specimen, *};

pub(crate) fn small_parts() -> AnyView {
    let chips = view! {
        <div class="specimen-row">
            <StatusChip tone=Tone::Ok icon="circle-check" label="Customer" />
            <StatusChip tone=Tone::Warn icon="clock" label="即将到期" />
            <StatusChip tone=Tone::Bad icon="triangle-alert" label="流失风险" />
            <StatusChip tone=Tone::Info label="Lead" />
            <StatusChip tone=Tone::Violet icon="zap" label="Automation" />
            <StatusChip tone=Tone::Accent label="Active" />
            <StatusChip label="Archived" icon="archive" />
            <TagChip label="VIP" />
            <TagChip label="展会" />
            <TagChip label="Wholesale" href="/customers?tag=wholesale" />
            <Badge text="3" />
            <Badge text="99+" tone=Tone::Bad />
            <Kbd keys="mod+k" />
            <Kbd keys="g c" />
        </div>
        <div class="specimen-row">
            <Chip label="All" href="?all" />
            <Chip label="Mine" href="?mine" selected=true />
            <Chip label="Region: East" href="?east" selected=true remove_href="?" remove_label="Remove Region" />
            <Chip label="筛选" icon="list-filter" on_click=|_| () />
            <FilterLink label="Overdue" on=Signal::stored(false) href=String::from("?overdue") />
            <FilterLink label="逾期" on=Signal::stored(true) href=String::from("?") />
        </div>
    };
    let names = ["张小明", "李娜", "John Smith", "Acme Ltd", "华东电子有限公司", "欧阳修", "Zoë"];
    let avatars = names
        .into_iter()
        .enumerate()
        .map(|(at, name)| {
            let company = matches!(at, 3 | 4);
            let kind = if company { AvatarKind::Company } else { AvatarKind::Person };
            view! {
                <Avatar name=name kind=kind size=Size::Sm />
                <Avatar name=name kind=kind />
                <Avatar name=name kind=kind size=Size::Lg />
            }
        })
        .collect_view();
    let stack =
        names.into_iter().map(|name| (Text::from(name), Text::from(name))).collect::<Vec<_>>();
    let figures = view! {
        <div class="gallery-pair">
            <Card>
                <KeyFigure
                    label="Customers"
                    value="1,284"
                    delta="4.2%"
                    trend=Trend::Up
                    period="against last month"
                    href="/customers"
                />
            </Card>
            <Card>
                <KeyFigure label="流失" value="12" delta="3" trend=Trend::Up good=false period="与上月相比" />
            </Card>
            <Card>
                <KeyFigure label="Money" value="¥1,288,200.00" period="this quarter" />
            </Card>
        </div>
    };
    let faces = view! {
        <div class="specimen-row">{avatars} <AvatarStack people=stack label="Seven people" /></div>
    };
    specimen("Chips, avatars, figures", view! { {chips} {faces} {figures} }.into_any())
}

/// Choices in a table, one of them changed, one that differs, and a cell without.
pub(crate) fn matrix() -> AnyView {
    let reaches = ["None", "Own", "Team", "All"];
    let choice = move |name: &'static str, reach: &'static str, note: Option<&'static str>| {
        MatrixCell::Choice(MatrixChoice {
            value: RwSignal::new(reach.to_owned()),
            options: Signal::stored(reaches.map(|reach| Choice::new(reach, reach)).into()),
            label: name.to_owned(),
            name: name.to_lowercase().replace(": ", "."),
            on_change: None,
            changed: Signal::stored(reach == "Team"),
            note: Signal::stored(note.map(str::to_owned)),
        })
    };
    let menu = view! {
        <Menu id="g-fill" label="Set all of Orders to…" icon="chevron-down" size=Size::Sm class="matrix-fill">
            <MenuItem label="Own" />
            <MenuItem label="All" />
        </Menu>
    };
    let rows = vec![
        MatrixRow {
            head: MatrixHead::new("Orders").menu(menu.into_any()),
            cells: vec![
                choice("Orders: View", "All", None),
                choice("Orders: Edit", "Team", Some("There: All")),
            ],
        },
        MatrixRow {
            head: MatrixHead::new("日志"),
            cells: vec![choice("日志: View", "None", None), MatrixCell::Nothing],
        },
        MatrixRow {
            head: MatrixHead::new("Stays"),
            cells: vec![
                MatrixCell::Words("All".into(), Signal::stored(None)),
                MatrixCell::Words("Own".into(), Signal::stored(Some("There: All".to_owned()))),
            ],
        },
    ];
    let content = view! {
        <section class="card card-flush">
            <Matrix
                caption="Rights"
                corner="Records"
                changed="Changed"
                columns=vec![MatrixHead::new("View"), MatrixHead::new("编辑")]
                rows=rows
            />
        </section>
    };
    specimen("Matrix", content.into_any())
}

pub(crate) fn lists() -> AnyView {
    let current = RwSignal::new("companies".to_owned());
    let tabs = vec![
        TabItem::new("companies", "Companies", "#companies").count("1,284").icon("building-2"),
        TabItem::new("people", "联系人", "#people").count("3,020").icon("users"),
        TabItem::new("bin", "Bin", "#bin"),
    ];
    let steps = vec![
        Step::new("Upload", StepState::Done).href("#upload").detail("客户名单.xlsx"),
        Step::new("Map", StepState::Error).href("#map"),
        Step::new("Check", StepState::Current),
        Step::new("Duplicates", StepState::Todo),
        Step::new("Run", StepState::Todo),
    ];
    let view = view! {
        <Tabs label="Kinds" tabs=tabs current=current />
        {table()}
        <ul class="rows panel">{phone_rows()}</ul>
        <Stepper label="Import" steps=steps />
        <div class="gallery-pair">{timeline()} {sections()}</div>
    };
    specimen("Tabs, table, rows, steps, timeline, sections", view.into_any())
}

/// Name, stage, tone, value, last contact.
const CUSTOMERS: [(&str, &str, &str, Tone, &str, &str); 4] = [
    ("C-1042", "Acme Ltd", "Customer", Tone::Ok, "¥1,200,000.00", "2026-11-19"),
    ("C-1043", "华东电子有限公司", "流失风险", Tone::Bad, "¥340,000.00", "2026-10-12"),
    (
        "C-1044",
        "Brown & Sons, Wholesale and Retail of Household Goods",
        "Lead",
        Tone::Info,
        "¥0.00",
        "2026-11-21",
    ),
    ("C-1045", "张小明", "Customer", Tone::Ok, "¥8,800.00", "2026-11-02"),
];

fn table() -> AnyView {
    let ids = CUSTOMERS.iter().map(|row| row.0.to_owned()).collect::<Vec<_>>();
    let selection = RowSelection::new(ids.into());
    let columns = vec![
        Column::new("name", "Name").sort("?sort=name", Some(SortDir::Asc)),
        Column::new("stage", "Stage"),
        Column::new("value", "Value").kind(ColumnKind::Number).sort("?sort=value", None),
        Column::new("last", "Last contact").kind(ColumnKind::Date).sort("?sort=last", None),
    ];
    let sprite = use_context::<AssetPaths>().unwrap_or_default().icons;
    let rows = CUSTOMERS
        .into_iter()
        .map(|(id, name, stage, tone, value, last)| {
            let cells = html! {
                th scope="row" class="cell-name" {
                    a href={ "#" (id) } {
                        (avatar_markup(name, id, AvatarKind::Company, Size::Sm))
                        span class="cell-title" { (name) }
                    }
                }
                td class="at-end" { (status_chip_markup(&sprite, tone, "circle-check", stage)) }
                td class="num at-end" { (value) }
                td class="date" { (last) }
            };
            view! { <TableRow selection=selection id=id label=name cells=cells /> }
        })
        .collect_view();
    let text = Signal::derive(move || format!("{} selected", selection.count()));
    view! {
        <BulkBar selection=selection text=text>
            <Button size=Size::Sm icon="user">"Assign"</Button>
            <Button size=Size::Sm icon="tag">"Tag"</Button>
        </BulkBar>
        <div class="panel">
            <DataTable caption="Customers" columns=columns selection=selection>
                {rows}
            </DataTable>
            <div class="list-foot">
                <span class="num">"1,284 rows"</span>
                <LoadMore href="?page=2" label="Load more" />
            </div>
        </div>
    }
    .into_any()
}

fn phone_rows() -> AnyView {
    CUSTOMERS
        .into_iter()
        .map(|(id, name, stage, tone, value, last)| {
            view! {
                <ListRow
                    href=format!("#{id}")
                    title=name
                    subtitle=format!("{id} · {last}")
                    meta=value
                    leading=move || view! { <Avatar name=name seed=id kind=AvatarKind::Company /> }
                    trailing=move || view! { <StatusChip tone=tone label=stage /> }
                />
            }
        })
        .collect_view()
        .into_any()
}

fn timeline() -> AnyView {
    view! {
        <Card title="Timeline">
            <Timeline>
                <TimelineDay label="Today">
                    <TimelineItem
                        icon="phone-call"
                        tone=Tone::Accent
                        title=|| view! { <strong>"林晓"</strong> " called, reached, 4 min" }
                        time="09:12"
                        datetime="2026-11-22T09:12:00+08:00"
                        actions=|| view! { <IconButton icon="ellipsis" label="More" /> }
                    >
                        "周三前回电，确认合同条款。"
                    </TimelineItem>
                    <TimelineItem
                        icon="sticky-note"
                        pinned=true
                        title=|| view! { <strong>"Ana Ruiz"</strong> " wrote a note" }
                        time="08:40"
                    >
                        <div class="timeline-note">
                            "Prefers calls before ten. Never mention the old supplier."
                        </div>
                    </TimelineItem>
                </TimelineDay>
                <TimelineDay label="18 Nov">
                    <TimelineItem
                        icon="pencil"
                        title=|| view! { <strong>"王芳"</strong> " changed 2 fields" }
                        time="16:20"
                    >
                        <ul class="changes">
                            <li>
                                <span>"Phone"</span>
                                <del>"138 0013 8000"</del>
                                <Icon name="arrow-right" class="icon-sm" />
                                <ins>"138 0013 8001"</ins>
                            </li>
                        </ul>
                    </TimelineItem>
                </TimelineDay>
            </Timeline>
        </Card>
    }
    .into_any()
}

fn sections() -> AnyView {
    view! {
        <div class="stack">
            <Section
                title="People"
                count="2"
                id="g-people"
                actions=|| view! { <IconButton icon="plus" label="Add a person" /> }
            >
                <ul class="mini">
                    <li class="mini-row">
                        <Avatar name="张小明" size=Size::Sm />
                        <a href="#p1">"张小明"</a>
                        <span class="sub">"采购经理"</span>
                    </li>
                    <li class="mini-row">
                        <Avatar name="Ana Ruiz" size=Size::Sm />
                        <a href="#p2">"Ana Ruiz"</a>
                        <span class="sub">"Finance"</span>
                    </li>
                </ul>
            </Section>
            <Section title="地址" count="1" id="g-addresses" open=false>
                <p>"上海市浦东新区世纪大道 100 号"</p>
            </Section>
            <Card title="Facts">
                <FactList>
                    <Fact label="Number">"C-1042"</Fact>
                    <Fact label="创建时间">"2026年11月2日"</Fact>
                </FactList>
            </Card>
        </div>
    }
    .into_any()
}

pub(crate) fn states() -> AnyView {
    let banners = view! {
        <div class="stack">
            <Banner icon="wifi-off">"Offline. Showing data from 14:05."</Banner>
            <Banner tone=Tone::Info on_close=|| ()>"新版本已就绪"</Banner>
            <Banner
                tone=Tone::Warn
                actions=|| view! { <Button size=Size::Sm>"Back up now"</Button> }
            >
                "The last backup is 9 days old."
            </Banner>
            <Banner tone=Tone::Bad>"The file could not be read: it is not a spreadsheet."</Banner>
            <FormErrors
                title="2 fields need attention"
                errors=vec![
                    FieldProblem { field: "f-g-name".into(), message: "Fill in the name".into() },
                    FieldProblem { field: "f-g-phone".into(), message: "请填写带区号的电话".into() },
                ]
            />
        </div>
    };
    let waiting = view! {
        <div class="gallery-pair">
            <Skeleton count=2 />
            <Skeleton kind=SkeletonKind::Record count=1 />
            <Skeleton kind=SkeletonKind::Rows count=2 />
            <Skeleton kind=SkeletonKind::Table count=2 />
            <ProgressBar label="Importing" percent=Some(62_u8) text="3,100 of 5,000 rows · 20 s left" />
            <ProgressBar label="正在检查" percent={None::<u8>} />
            <div class="specimen-row"><Spinner /></div>
        </div>
    };
    let nothing = view! {
        <div class="gallery-pair">
            <div class="panel">
                <EmptyState
                    icon="users"
                    title="No customers yet"
                    text="Add the first one or import a file."
                    actions=|| {
                        view! {
                            <Button variant=Variant::Primary icon="plus">"New customer"</Button>
                            <Button icon="upload">"Import"</Button>
                        }
                    }
                />
            </div>
            <div class="panel">
                <EmptyState icon="circle-check" title="今天的任务都完成了" compact=true />
                <ErrorPane
                    title="This part could not be loaded"
                    text="The rest of the page works. Try again; if it repeats, give your admin the reference."
                    reference="01JD8Z4T3N"
                    on_retry=|| ()
                />
            </div>
        </div>
    };
    specimen("Banners, waiting, empty, error", view! { {banners} {waiting} {nothing} }.into_any())
}
