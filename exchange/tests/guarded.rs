//! A file read by a child process: this program plays the server and, called with the name of the
//! hidden command, the child.
#![expect(clippy::unwrap_used, clippy::print_stdout, reason = "a test with a main of its own")]

use domain::failure::{Failure, FileRefusal};
use exchange::{
    guarded::{self, COMMAND},
    table::{ReadOptions, Row},
};
use std::{
    fs,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    process::ExitCode,
};

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if let [command, flag, options, file] = arguments.as_slice()
        && (command.as_str(), flag.as_str()) == (COMMAND, "--options")
    {
        let code =
            guarded::read_file(Path::new(file), options, std::io::stdout(), std::io::stderr());
        return ExitCode::from(code);
    }
    // Test runners ask for the list of tests.
    if arguments.iter().any(|argument| argument == "--list") {
        if !arguments.iter().any(|argument| argument == "--ignored") {
            println!("guarded_reading: test");
        }
        return ExitCode::SUCCESS;
    }
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(guarded_reading());
    println!("guarded reading: ok");
    ExitCode::SUCCESS
}

struct Bench {
    folder: tempfile::TempDir,
}

impl Bench {
    /// A script that stands for the program.
    fn program(&self, name: &str, script: &str) -> PathBuf {
        let path = self.folder.path().join(name);
        fs::write(&path, format!("#!/bin/sh\n{script}\n")).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o700)).unwrap();
        path
    }

    fn file(&self, name: &str, content: &[u8]) -> PathBuf {
        let path = self.folder.path().join(name);
        fs::write(&path, content).unwrap();
        path
    }

    async fn read(&self, exe: &Path, file: &Path) -> Result<Vec<Row>, Failure> {
        let options = ReadOptions::default();
        let table = guarded::read_guarded(exe, file, self.folder.path(), &options).await?;
        let rows = table.open()?.rows.map(Result::unwrap).collect();
        Ok(rows)
    }

    fn left_behind(&self) -> usize {
        let files = fs::read_dir(self.folder.path()).unwrap().map(|file| file.unwrap().path());
        files.filter(|path| path.extension().is_some_and(|end| end == "tmp")).count()
    }
}

async fn guarded_reading() {
    let bench = Bench { folder: tempfile::tempdir().unwrap() };
    let this = std::env::current_exe().unwrap();
    let limited = bench.program(
        "limited",
        &format!("ulimit -v {}\nexec '{}' \"$@\"", guarded::CHILD_MEMORY / 1024, this.display()),
    );

    // An honest workbook, within the memory the child is given.
    let mut workbook = rust_xlsxwriter::Workbook::new();
    let sheet = workbook.add_worksheet();
    for (column, text) in ["公司", "手机"].iter().enumerate() {
        sheet.write_string(0, u16::try_from(column).unwrap(), *text).unwrap();
    }
    for row in 1..=20_000 {
        sheet.write_string(row, 0, format!("快讯{row}有限公司")).unwrap();
        sheet.write_number(row, 1, 13_900_000_000.0 + f64::from(row)).unwrap();
    }
    let honest = bench.file("honest.xlsx", &workbook.save_to_buffer().unwrap());
    let rows = bench.read(&limited, &honest).await.unwrap();
    assert_eq!(rows.len(), 20_000);
    assert_eq!(rows[19_999].cells, ["快讯20000有限公司", "13900020000"]);
    assert_eq!(rows[19_999].number, 20_000);

    // An address book too; a CSV needs no child at all.
    let cards = bench.file("a.vcf", b"BEGIN:VCARD\nVERSION:3.0\nFN:Ann\nEND:VCARD\n");
    assert_eq!(bench.read(&limited, &cards).await.unwrap()[0].cell(0), "Ann");
    let csv = bench.file("a.csv", "姓名,手机\n张三,1\n".as_bytes());
    assert_eq!(bench.read(Path::new("/nowhere"), &csv).await.unwrap().len(), 1);

    // What is wrong with the file comes through as said.
    let broken = bench.file("broken.xlsx", b"PK\x03\x04 and nothing of a workbook");
    let refused = bench.read(&limited, &broken).await;
    assert_eq!(refused, Err(Failure::File(FileRefusal::Unreadable)));
    let said = bench.program("bomb", "echo noise >&2; echo '\"bomb\"' >&2; exit 3");
    assert_eq!(bench.read(&said, &honest).await, Err(Failure::File(FileRefusal::Bomb)));
    let rows = bench.program("rows", "echo '{\"too_many_rows\":{\"max\":7}}' >&2; exit 3");
    let refused = bench.read(&rows, &honest).await;
    assert_eq!(refused, Err(Failure::File(FileRefusal::TooManyRows { max: 7 })));

    // A child that its limits stopped, one that failed, one that is not there.
    let starved = bench.program("starved", "kill -9 $$");
    assert_eq!(bench.read(&starved, &honest).await, Err(Failure::File(FileRefusal::Bomb)));
    let hungry = bench.program("hungry", "kill -ABRT $$");
    assert_eq!(bench.read(&hungry, &honest).await, Err(Failure::File(FileRefusal::Bomb)));
    let failing = bench.program("failing", "echo what >&2; exit 9");
    assert!(matches!(bench.read(&failing, &honest).await, Err(Failure::Internal { .. })));
    let nobody = bench.read(Path::new("/nowhere"), &honest).await;
    assert!(matches!(nobody, Err(Failure::Internal { .. })));

    // One that never ends; the clock is the test's.
    tokio::time::pause();
    let endless = bench.program("endless", "exec sleep 1000");
    assert_eq!(bench.read(&endless, &honest).await, Err(Failure::File(FileRefusal::TooSlow)));

    assert_eq!(bench.left_behind(), 0, "the rows go with the table");
}
