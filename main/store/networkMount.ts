/** File systems on which SQLite's write-ahead log is not safe: shared memory and locks do not cross machines. */
const NETWORK = new Set([
  'nfs', 'nfs4', 'cifs', 'smb3', 'smbfs', '9p', 'afs', 'ceph', 'lustre', 'gpfs', 'glusterfs', 'beegfs', 'orangefs', 'ncpfs',
  'fuse.sshfs', 'fuse.glusterfs', 'fuse.ceph', 'fuse.s3fs', 'fuse.rclone', 'fuse.davfs', 'davfs', 'fuse.smbnetfs',
]); // prettier-ignore

/**
 * The type of the network file system that holds a path, or null if it is local or unknown.
 * @param mounts text of `/proc/mounts`
 * @param path absolute, with links resolved
 */
export function networkFileSystem(mounts: string, path: string): string | null {
  let best = { point: '', type: '' };
  for (const line of mounts.split('\n')) {
    const [, escaped, type] = line.split(' ');
    if (escaped === undefined || type === undefined) continue;
    const point = escaped.replaceAll(/\\([0-7]{3})/g, (_, octal: string) =>
      String.fromCharCode(parseInt(octal, 8)),
    );
    // Of two mounts on one point the later one is seen.
    if (holds(point, path) && point.length >= best.point.length) best = { point, type };
  }
  return NETWORK.has(best.type) ? best.type : null;
}

function holds(point: string, path: string): boolean {
  return point === '/' || path === point || path.startsWith(`${point}/`);
}
