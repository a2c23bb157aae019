//! What is known about the disk a folder is on: room, and whether it is a disk at all.

use std::path::{Path, PathBuf};

/// File systems of other machines, where SQLite's locks and write-ahead log do not hold.
const NETWORK: &[&str] = &[
    "nfs",
    "nfs4",
    "cifs",
    "smb3",
    "smbfs",
    "9p",
    "afs",
    "ncpfs",
    "fuse.sshfs",
    "fuse.rclone",
    "fuse.s3fs",
    "glusterfs",
    "fuse.glusterfs",
    "ceph",
    "fuse.ceph",
    "davfs",
    "fuse.davfs2",
];

/// Room on a disk, in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Room {
    /// Free for this user.
    pub free: u64,
    /// Altogether.
    pub total: u64,
}

impl Room {
    /// Free part in whole percent.
    pub fn percent(self) -> u64 {
        u128::from(self.free)
            .saturating_mul(100)
            .checked_div(u128::from(self.total))
            .and_then(|percent| u64::try_from(percent).ok())
            .unwrap_or(100)
    }
}

/// Room on the disk that `folder` is on, where the system tells.
pub fn room(folder: &Path) -> Option<Room> {
    let about = rustix::fs::statvfs(folder).ok()?;
    Some(Room {
        free: about.f_bavail.saturating_mul(about.f_frsize),
        total: about.f_blocks.saturating_mul(about.f_frsize),
    })
}

/// The kind of network file system `folder` is on, if it is on one.
pub fn network_file_system(folder: &Path) -> Option<String> {
    let mounts = std::fs::read_to_string("/proc/self/mounts").ok()?;
    let kind = kind_of(&mounts, &existing(folder))?;
    NETWORK.contains(&kind).then(|| kind.to_owned())
}

/// Folder or the nearest one above that exists, without symbolic links.
pub fn existing(folder: &Path) -> PathBuf {
    let absolute = std::path::absolute(folder).unwrap_or_else(|_| folder.to_owned());
    absolute.ancestors().find_map(|ancestor| ancestor.canonicalize().ok()).unwrap_or(absolute)
}

/// The file system type of the mount that holds `path`, out of a table of mounts.
fn kind_of<'a>(mounts: &'a str, path: &Path) -> Option<&'a str> {
    mounts
        .lines()
        .filter_map(|line| {
            let mut words = line.split(' ');
            let (_, at, kind) = (words.next()?, words.next()?, words.next()?);
            let at = PathBuf::from(at.replace("\\040", " "));
            path.starts_with(&at).then(|| (at.components().count(), kind))
        })
        // Of two mounts at one place the later one is on top.
        .max_by_key(|(depth, _)| *depth)
        .map(|(_, kind)| kind)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_innermost_mount_decides() {
        let mounts = "/dev/sda1 / ext4 rw 0 0\nserver:/x /srv/share nfs4 rw 0 0\n\
                      /dev/sdb1 /srv/share/local xfs rw 0 0\n//nas/a /mnt/my\\040nas cifs rw 0 0\n";
        let kind = |path: &str| kind_of(mounts, Path::new(path));
        assert_eq!(kind("/var/lib"), Some("ext4"));
        assert_eq!(kind("/srv/share/data"), Some("nfs4"));
        assert_eq!(kind("/srv/shared"), Some("ext4"));
        assert_eq!(kind("/srv/share/local/data"), Some("xfs"));
        assert_eq!(kind("/mnt/my nas/data"), Some("cifs"));
    }

    #[test]
    fn a_disk_tells_its_room() {
        let room = room(&std::env::temp_dir()).unwrap();
        assert!(room.total >= room.free && room.total > 0 && room.percent() <= 100);
    }
}
