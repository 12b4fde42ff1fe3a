"""Reads the public headers in src/: what they declare for users, and the doc comment that stands before it. `python3 docs/site/comments.py` lists what lacks one, and fails then.

A comment /** ... */ is of the declaration that follows it, and of others behind that, up to an empty line or another comment, when it names them, or when all are of one kind and a
line long (a family: orm_int16, orm_int32 ...), or of a type and the call that gives it. The calls of a model, which macros make, have theirs in a table of define.h: a line
is a call, two blanks or more, and what it does. Names with two underscores are private."""
import os, re, sys

TOP = os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', '..')
PUBLIC = re.compile(r'(orm_(?!_)\w+|ORM_(?!_)\w+)$')


def read(path):
    with open(os.path.join(TOP, path), encoding='utf-8') as file:
        return file.read()


class Item:
    """One declaration: its names (the first is the anchor), its text, its comment ('' for none) and where it stands."""
    def __init__(self, names, kind, code, doc, where):
        self.names, self.kind, self.code, self.doc, self.where = names, kind, code, doc, where


class Header:
    def __init__(self, name, title, intro):
        self.name, self.title, self.intro, self.items = name, title, intro, []


def plain(comment):
    """The text of a comment, its lines without the common indent."""
    lines = re.sub(r'^\s*/\*\*?\s?', '', re.sub(r'\s*\*/\s*$', '', comment)).split('\n')
    indents = [len(line) - len(line.lstrip()) for line in lines[1:] if line.strip()]
    cut = min(indents) if indents else 0
    return '\n'.join([lines[0].rstrip()] + [line[cut:].rstrip() for line in lines[1:]]).strip()


def without_comments(text):
    return re.sub(r'/\*.*?\*/', '', text, flags=re.S)


def declared(code):
    """The names that a declaration declares, and what kind of thing they are."""
    bare = without_comments(code)
    bare = re.sub(r'__attribute__\s*\(\((?:[^()]|\([^()]*\))*\)\)', '', bare)
    bare = re.sub(r'\bORM__UNUSED\b|\bORM_API\b|\bextern\b|\bstatic\b|\binline\b', '', bare).strip()
    if bare.startswith('typedef'):
        outer = re.sub(r'\{.*\}', '{}', bare, flags=re.S)
        match = re.search(r'\(\s*\*?\s*(\w+)\s*\)\s*\(', outer) or re.search(r'(\w+)\s*\([^()]*(?:\([^()]*\)[^()]*)*\)\s*;', outer) or re.search(r'(\w+)\s*(?:\[[^]]*\])?\s*;', outer)
        names = [match[1]] if match else []
        if re.match(r'typedef\s+enum', bare):
            names += re.findall(r'\b(ORM_[A-Z]\w*)\b(?!\()', re.sub(r'#.*', '', re.search(r'\{(.*)\}', bare, re.S)[1]) if '{' in bare else '')
        return names, 'type'
    if bare.startswith(('enum', 'struct', 'union')) and not re.match(r'(enum|struct|union)\s+\w+\s*\*?\s*\w+\s*\(', bare):
        names = re.findall(r'^(?:enum|struct|union)\s+(\w+)', bare)
        if bare.startswith('enum') and '{' in bare:
            names += re.findall(r'\b(ORM_[A-Z]\w*)\b', re.search(r'\{(.*)\}', bare, re.S)[1])
        return names, 'type'
    match = re.search(r'(\w+)\s*\(', bare)
    if match:
        return [match[1]], 'function'
    match = re.search(r'(\w+)\s*(?:\[[^]]*\])?\s*(?:=.*)?;', bare)
    return ([match[1]] if match else []), 'object'


def signature(code, kind):
    """A declaration as the reference shows it: no bodies, no attributes, no white space of ours."""
    code = re.sub(r'\s*__attribute__\s*\(\((?:[^()]|\([^()]*\))*\)\)', '', code)
    if kind == 'function':
        code = re.sub(r'\s*\{.*\}\s*$', ';', without_comments(code), flags=re.S)
    code = re.sub(r'\b(ORM__UNUSED|ORM_API|extern|static inline)\s+', '', code)
    return code.strip()


def parse(name):
    text = read('src/%s.h' % name)
    lines = text.split('\n')
    header, doc, run, at, kept = None, '', [], 0, {}

    def add(names, kind, code, line):
        if kind == 'type' and re.match(r'(struct|union|enum) \w+;$', code):
            return                               # said to come, and documented where it does
        names = [n for n in names if PUBLIC.match(n)]
        if not names:
            return
        family = all(k == kind and short for k, short, n in run) and '\n' not in code
        gives = len(run) == 1 and kind != 'type' and run[0][0] == 'type' and re.search(r'\b%s\b' % run[0][2], code)
        named_here = not run or any(re.search(r'\b%s\b' % n, doc) for n in names) or family or gives
        run.append((kind, '\n' not in code, names[0]))
        words = doc if named_here else ''
        if names[0] in kept:                     # another form of it, for C++ or without ORM_DESTRUCTIVE, or the whole of what was said to come
            item = kept[names[0]]
            if words and not item.doc or kind == 'type' and '{' in code:
                item.doc = words or item.doc
            if '{' in code:
                item.code = code
            return
        kept[names[0]] = Item(names, kind, code, words, 'src/%s.h:%d' % (name, line))
        header.items.append(kept[names[0]])

    while at < len(lines):
        line = lines[at]
        if not line.strip():
            doc, run[:] = '', []
        elif line.lstrip().startswith('/*'):
            end = at
            while '*/' not in lines[end]:
                end += 1
            comment = '\n'.join(lines[at:end + 1])
            if header is None:
                match = re.match(r'/\*\s*(?:>>(\w+): )?(.*)', plain('/* ' + plain(comment)), re.S)
                words = re.sub(r'^>>\w+: ', '', plain(comment))
                title = re.split(r'[.:]\s|\.$', words.split('\n\n')[0].replace('\n', ' '), maxsplit=1)[0]
                header = Header(name, title, words)
            else:
                doc, run[:] = plain(comment) if line.lstrip().startswith('/**') else '', []
            at = end
        elif line.startswith('#'):
            end = at
            while lines[end].endswith('\\'):
                end += 1
            define = re.match(r'#\s*define\s+(\w+)(\([^)]*\))?\s*(.*)', line)
            if define and PUBLIC.match(define[1]):
                if define[1].endswith('_LIST') and define[2]:
                    code = '\n'.join(lines[at:end + 1])
                elif define[2]:
                    code = '#define %s%s' % (define[1], define[2])
                else:
                    code = '#define %s %s' % (define[1], define[3].rstrip('\\').strip() if 'orm__' not in define[3] and 'ORM__' not in define[3] else '')
                add([define[1]], 'macro', code.strip(), at + 1)
            at = end
        elif line.startswith(('extern "C"', '}')) or re.match(r'_Static_assert|__extension__$', line):
            pass
        else:
            end, depth, code = at, 0, ''
            while True:
                bare = re.sub(r'"(\\.|[^"\\])*"|\'(\\.|[^\'\\])\'', '""', re.sub(r'/\*.*?\*/', '', lines[end]))
                bare = bare.split('/*')[0]
                depth += bare.count('{') + bare.count('(') - bare.count('}') - bare.count(')')
                code += lines[end] + '\n'
                if depth <= 0 and (bare.rstrip().endswith((';', '}')) or re.search(r';\s*$', bare)):
                    break
                end += 1
            # several short declarations may share a line
            whole = code.strip()
            parts = [whole]
            if '{' not in whole and whole.count(';') > 1:
                parts = [part.strip() + ';' for part in re.sub(r'/\*.*?\*/', '', whole, flags=re.S).split(';') if part.strip()]
            for part in parts:
                names, kind = declared(part)
                add(names, kind, signature(part, kind), at + 1)
            at = end
        at += 1
    return header


def contract():
    """What holds for all calls where a comment does not say otherwise: the list in the first comment of orm.h."""
    return re.search(r'What holds where .*?(?=\n\n)', plain(re.match(r'/\*.*?\*/', read('src/orm.h'), re.S)[0]), re.S)[0]


def settings():
    """What a program may define: the table in the first comment of config.h."""
    table, items = plain(re.match(r'/\*.*?\*/', read('src/config.h'), re.S)[0]), []
    for line in table.split('\n\n', 1)[1].split('\n'):
        match = re.match(r'(ORM_\w+(?:, ORM_\w+)*)\s{2,}(.*)', line)
        if match:
            items.append(Item(match[1].split(', '), 'macro', '#define ' + match[1], match[2], 'src/config.h:1'))
        elif line.startswith(' ') and items:
            items[-1].doc += ' ' + line.strip()
    return items


def headers():
    """The public headers, in the order in which they are read; macros.h has nothing for users."""
    public = read('src/orm.h').split('#if defined ORM_IMPLEMENTATION')[0]
    found = [parse(name) for name in re.findall(r'#include "(\w+)\.h"', public) if name != 'macros']
    config = found[0]
    known = set(name for item in config.items for name in item.names)
    config.items = [item for item in settings() if not known & set(item.names)] + config.items
    config.intro = config.intro.split('\n\n')[0]
    return found


# ---- the calls of a model ----------------------------------------------------------------------------------------------------
def model_calls():
    """[(signature, what it says)] of the table in define.h, its other lines, {name: signature} of the calls that the macros make, and {name: what it says} of the types of a model."""
    text = read('src/define.h')
    table = re.search(r'/\* ---- the typed calls of a model M -+\n(.*?)\*/', text, re.S)[1]
    entries, notes = [], []
    table, types = table.split('   The types of a model;')
    types = dict(re.findall(r'^   (M(?:_\w+)?)\s{3,}(.*)$', types, re.M))
    table = re.sub(r'   M_upsert, .*: see upsert.h', lambda line: re.search(r'\n\n(   orm_status M_upsert\(.*?)\n   The row', read('src/upsert.h'), re.S)[1], table)
    for line in table.split('\n'):
        match = re.match(r'   ((?:[\w*]+ )?(?:\*?M|\w+ \*?M|char \*M|const char \*M)[_ ]?\S.*?)(?:\s{2,}(.*)|)$', line) if re.match(r'   \S', line) and 'M' in line[:24] else None
        if match and re.search(r'\bM_\w', match[1]) and re.match(r'   (?:(?:const )?\w+ \*?)?\*?M(_\w+)?[ (,<*]', line):
            entries.append([match[1].strip(), match[2] or ''])
        elif re.match(r'\s{8,}\S', line) and entries:
            entries[-1][1] += ' ' + line.strip()
        elif line.strip():
            notes.append(line.strip())
    made = {}
    for where in ('define', 'view'):
        for match in re.finditer(r'ORM__WRAPPER ((?:const )?[\w#]+ \*?)(M##_\w+(?:##name)?)\(([^)]*)\)', read('src/%s.h' % where)):
            name = match[2].replace('M##_', 'M_').replace('##name', '<field>')
            arguments = re.sub(r'(\w)_\b', r'\1', match[3].replace('##', '')).replace('orm__M_key', 'key_of_M').replace('ORM__MEMBER_type name', 'type value')
            made.setdefault(name, '%s%s(%s)' % (match[1].replace('##', ''), name, arguments))
    for match in re.finditer(r'static inline ORM__UNUSED M M##_(\w+)\(void\)', text):
        made.setdefault('M_' + match[1], 'M M_%s(void)' % match[1])
    return entries, notes, made, types


def named(entry, made):
    """The calls that a line of the table is of, in its order; the first word of a line may be a type."""
    found = re.findall(r'\bM_\w+(?:<field>)?', entry[0])
    return [name for n, name in enumerate(found) if name in made and name not in found[:n]]


def undocumented():
    found = headers()
    lacking = ['%s: %s' % (item.where, item.names[0]) for header in found for item in header.items if not item.doc]
    known = set(name for header in found for item in header.items for name in item.names)
    asked = set(re.findall(r'(?:\bdefined|#\s*ifn?def)\s+\(?(ORM_(?!_)\w+)', ''.join(read('src/' + name) for name in os.listdir(os.path.join(TOP, 'src')) if name.endswith(('.h', '.c')))))
    lacking += ['src/config.h: the table of what may be defined lacks ' + name for name in sorted(asked - known) if not name.endswith('_H')]
    entries, notes, made, types = model_calls()
    known = set().union(*(named(entry, made) for entry in entries))
    declared_types = set(re.findall(r'typedef [^;{]*?(?:struct|union) (M##\w+)', read('src/define.h'))) | set(re.findall(r'typedef ORM__\w+\(M\) (M##\w+);', read('src/define.h')))
    known |= set('ORM_' + name for name in re.findall(r'^    X\((\w+),', read('src/error.h'), re.M))
    # names that comments speak of, but that are no longer there
    words = set(re.findall(r'\w+', re.sub(r'/\*.*?\*/', '', ''.join(read('src/%s' % name) for name in os.listdir(os.path.join(TOP, 'src'))), flags=re.S)))
    for name in sorted(os.listdir(os.path.join(TOP, 'src'))):
        for comment in re.findall(r'/\*.*?\*/', read('src/' + name), re.S) if name.endswith('.h') else []:
            for match in re.finditer(r'\b(?:orm_[a-z]\w*|ORM_[A-Z]\w*)\b(?!\.\.\.|\*|\.h)', comment):
                lone = match[0] not in words and match[0] not in known and not (match[0].endswith('_') and any(word.startswith(match[0]) for word in words))
                lacking += ['src/%s: a comment speaks of %s, which is not there' % (name, match[0])] if lone else []
    return lacking + ['src/define.h: %s is not in the table of the calls of a model' % name for name in sorted(made) if name not in known] + \
        ['src/define.h: %s is not in the table of the types of a model' % name for name in sorted(declared_types) if name.replace('##', '') not in types]


if __name__ == '__main__':
    lacking = undocumented()
    for line in lacking:
        print(line)
    sys.exit(len(lacking) > 0)
