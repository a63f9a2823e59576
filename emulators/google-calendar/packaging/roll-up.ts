import { posix } from "node:path";
import ts from "typescript";

/** Where a name of a module comes from. Without a file: from a package. */
interface Origin {
  file: string | undefined;
  name: string;
}

interface Module {
  /** A function with overloads, or an interface in two parts, has several. */
  declarations: Map<string, ts.Statement[]>;
  /** Names that imports bring in. */
  imports: Map<string, Origin>;
  /** Names that importers see. */
  exports: Map<string, Origin>;
}

/**
 * Joins declaration files to one file: what `entry` exports, and what those declarations mention. Everything else that
 * the files export stays out.
 *
 * @param files the text of each file, by its path; imports name them with the extension .ts or .d.ts
 * @throws if the result would not mean the same: two declarations of one name, a renamed import, a type of a package
 */
export function rollUp(entry: string, files: ReadonlyMap<string, string>): string {
  const modules = new Map<string, Module>();
  const moduleAt = (file: string): Module => {
    const text = files.get(file);
    if (text === undefined) throw new Error(`there is no declaration file ${file}`);
    const known = modules.get(file) ?? readModule(file, text);
    modules.set(file, known);
    return known;
  };

  const taken = new Map<string, string>();
  const included: { statement: ts.Statement; name: string }[] = [];
  const include = (file: string, name: string): void => {
    const module = moduleAt(file);
    const statements = module.declarations.get(name);
    if (statements === undefined) {
      follow(module.imports.get(name) ?? module.exports.get(name), file, name);
      return;
    }
    const owner = taken.get(name);
    if (owner === file) return;
    if (owner !== undefined) throw new Error(`${owner} and ${file} both declare ${name}`);
    taken.set(name, file);
    for (const statement of statements) {
      included.push({ statement, name });
      for (const used of identifiersIn(statement)) {
        if (module.declarations.has(used) || module.imports.has(used)) include(file, used);
      }
    }
  };
  const follow = (origin: Origin | undefined, file: string, name: string): void => {
    if (origin?.file === undefined) throw new Error(`${file} takes ${name} from a package`);
    if (origin.name !== name) throw new Error(`${file} renames ${origin.name} to ${name}`);
    include(origin.file, name);
  };

  const exported = moduleAt(entry).exports;
  for (const name of exported.keys()) include(entry, name);
  const texts = included.map(({ statement, name }) => textOf(statement, exported.has(name)));
  // Without it, a declaration file exports everything that it declares.
  return `${texts.join("\n")}\nexport {};\n`;
}

function readModule(file: string, text: string): Module {
  const module: Module = { declarations: new Map(), imports: new Map(), exports: new Map() };
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
  for (const statement of source.statements) {
    if (ts.isImportDeclaration(statement)) readImport(module, file, statement);
    else if (ts.isExportDeclaration(statement)) readExport(module, file, statement);
    else readDeclaration(module, file, statement);
  }
  return module;
}

function readImport(module: Module, file: string, statement: ts.ImportDeclaration): void {
  const from = fileOf(file, statement.moduleSpecifier);
  const { name, namedBindings } = statement.importClause ?? {};
  if (name !== undefined) module.imports.set(name.text, { file: from, name: "default" });
  if (namedBindings === undefined) return;
  if (ts.isNamespaceImport(namedBindings)) {
    module.imports.set(namedBindings.name.text, { file: from, name: "*" });
    return;
  }
  for (const element of namedBindings.elements) {
    module.imports.set(element.name.text, { file: from, name: (element.propertyName ?? element.name).text });
  }
}

function readExport(module: Module, file: string, statement: ts.ExportDeclaration): void {
  const { exportClause, moduleSpecifier } = statement;
  if (exportClause === undefined || !ts.isNamedExports(exportClause)) {
    throw new Error(`${file} exports everything of another module: name what it exports`);
  }
  const from = moduleSpecifier === undefined ? file : fileOf(file, moduleSpecifier);
  for (const element of exportClause.elements) {
    module.exports.set(element.name.text, { file: from, name: (element.propertyName ?? element.name).text });
  }
}

function readDeclaration(module: Module, file: string, statement: ts.Statement): void {
  const isExported = exportKeyword(statement) !== undefined;
  for (const name of namesOf(statement)) {
    module.declarations.set(name, [...(module.declarations.get(name) ?? []), statement]);
    if (isExported) module.exports.set(name, { file, name });
  }
}

function namesOf(statement: ts.Statement): readonly string[] {
  if (ts.isVariableStatement(statement)) {
    return statement.declarationList.declarations.map(({ name }) => name.getText());
  }
  if (
    ts.isInterfaceDeclaration(statement) ||
    ts.isTypeAliasDeclaration(statement) ||
    ts.isClassDeclaration(statement) ||
    ts.isFunctionDeclaration(statement)
  ) {
    if (statement.name !== undefined) return [statement.name.text];
  }
  throw new Error(`unknown in a declaration file: ${statement.getText()}`);
}

/** The path of the declaration file that a module specifier names. Undefined for a package. */
function fileOf(importer: string, specifier: ts.Expression): string | undefined {
  const path = ts.isStringLiteral(specifier) ? specifier.text : "";
  if (!path.startsWith(".")) return undefined;
  return posix.join(posix.dirname(importer), path).replace(/(\.d)?\.ts$/, ".d.ts");
}

function identifiersIn(node: ts.Node): ReadonlySet<string> {
  const names = new Set<string>();
  const visit = (child: ts.Node): void => {
    if (ts.isIdentifier(child)) names.add(child.text);
    ts.forEachChild(child, visit);
  };
  visit(node);
  return names;
}

function exportKeyword(statement: ts.Statement): ts.Modifier | undefined {
  const modifiers = ts.canHaveModifiers(statement) ? ts.getModifiers(statement) : undefined;
  return modifiers?.find(({ kind }) => kind === ts.SyntaxKind.ExportKeyword);
}

/** The declaration with its comments, exported only if the entry exports it. */
function textOf(statement: ts.Statement, isExported: boolean): string {
  const keyword = exportKeyword(statement);
  const text = statement.getSourceFile().text;
  const start = statement.getFullStart();
  if (isExported || keyword === undefined) return text.slice(start, statement.end).trim();
  return `${text.slice(start, keyword.getStart())}${text.slice(keyword.end, statement.end).trimStart()}`.trim();
}
