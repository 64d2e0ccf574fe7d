/** Owns packing a built extension the way Firefox installs it for good: a ZIP archive. Files are stored, not compressed. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { crc32 } from 'node:zlib';

/** Midnight of 1 January 2026 in the format of MS-DOS: an archive of the same files is the same archive. */
const DOS_DATE = ((2026 - 1980) << 9) | (1 << 5) | 1;

/** Writes an archive of everything in a folder. Source: PKWARE APPNOTE 6.3, sections 4.3.7, 4.3.12 and 4.3.16. */
export function packFolder(folder: string, archive: string): void {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const bodies: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const entry of files) {
    const path = join(entry.parentPath, entry.name);
    const name = Buffer.from(relative(folder, path).split(sep).join('/'));
    const content = readFileSync(path);
    const facts = describeFile(content, name);
    const header = Buffer.concat([toBytes([[0x04034b50, 4]]), facts, toBytes([[0, 2]]), name]);
    bodies.push(header, content);
    directory.push(
      toBytes([
        [0x02014b50, 4],
        [20, 2],
      ]),
      facts,
      toBytes([
        [0, 2],
        [0, 2],
        [0, 2],
        [0, 2],
        [0, 4],
        [offset, 4],
      ]),
      name,
    );
    offset += header.length + content.length;
  }
  const listing = Buffer.concat(directory);
  const end = toBytes([
    [0x06054b50, 4],
    [0, 2],
    [0, 2],
    [files.length, 2],
    [files.length, 2],
    [listing.length, 4],
    [offset, 4],
    [0, 2],
  ]);
  writeFileSync(archive, Buffer.concat([...bodies, listing, end]));
}

/** The fields that a file's own header and its line of the directory share, up to the length of the name. */
function describeFile(content: Buffer, name: Buffer): Buffer {
  const utf8Names = 0x0800;
  return toBytes([
    [20, 2],
    [utf8Names, 2],
    [0, 2],
    [0, 2],
    [DOS_DATE, 2],
    [crc32(content), 4],
    [content.length, 4],
    [content.length, 4],
    [name.length, 2],
  ]);
}

/** Little-endian numbers, each with its size in bytes. */
function toBytes(fields: readonly (readonly [value: number, bytes: number])[]): Buffer {
  return Buffer.concat(
    fields.map(([value, bytes]) => {
      const field = Buffer.alloc(bytes);
      field.writeUIntLE(value, 0, bytes);
      return field;
    }),
  );
}
