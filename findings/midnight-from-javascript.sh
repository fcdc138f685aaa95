#!/bin/sh
# A local midnight in China, written to a workbook by the two libraries of JavaScript: one makes it
# 16:00 of the day before, the other a bit after midnight (the zone's offset of before 1901).
set -eu
command -v npm >/dev/null || { echo "npm is missing"; exit 2; }
echo "node $(node --version)"
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT; cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund xlsx@0.18.5 exceljs@4.4.0 >/dev/null 2>&1

cat >days.js <<'JS'
const zip = require("jszip"), fs = require("fs");
const X = require("xlsx"), E = require("exceljs");
const day = new Date(2022, 8, 30);
const serial = async (file) => {
  const book = await zip.loadAsync(fs.readFileSync(file));
  const xml = await book.file("xl/worksheets/sheet1.xml").async("string");
  return Number(xml.match(/<v>([0-9.]+)<\/v>/)[1]);
};
(async () => {
  const book = X.utils.book_new();
  X.utils.book_append_sheet(book, X.utils.aoa_to_sheet([[day]]), "a");
  X.writeFile(book, "sheetjs.xlsx");
  const other = new E.Workbook();
  other.addWorksheet("a").addRow([day]);
  await other.xlsx.writeFile("exceljs.xlsx");
  const found = [await serial("sheetjs.xlsx"), await serial("exceljs.xlsx")];
  console.log("2022-09-30 is day 44834; SheetJS wrote", found[0], "and exceljs", found[1]);
  const isSo = Math.round((found[0] - 44834) * 86400) === SECONDS &&
    Math.round((found[1] - 44833) * 24) === 16;
  console.log(isSo ? "as described" : "CHANGED");
  process.exit(isSo ? 0 : 1);
})();
JS
sed -i "s/SECONDS/43/" days.js
TZ=Asia/Shanghai node days.js
