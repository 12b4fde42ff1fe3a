// The page: products, a login, orders. Whatever comes from the service gets into the document as text (textContent), never as markup.
'use strict';
const one = selector => document.querySelector(selector);
const money = cents => (cents / 100).toFixed(2);
let user = null, token = null;      // forgotten with the page

function element(name, ...content) {
    const made = document.createElement(name);
    made.append(...content);        // texts become text nodes
    return made;
}
function tell(text) { one('#message').textContent = text; }

// An answer as it is meant, or an Error with what the service says is wrong.
async function call(method, path, body) {
    const headers = token ? { Authorization: 'Bearer ' + token } : {};
    const answer = await fetch(path, { method, headers, body: body && JSON.stringify(body) });
    const json = await answer.json();
    if (answer.ok) return json;
    throw new Error(json.errors.length ? json.errors.map(e => `${e.field} ${e.message}`).join('; ') : json.message);
}
// What a button does; what goes wrong is shown.
function does(action) {
    return async event => {
        event.preventDefault();
        tell('');
        try { await action(); } catch (error) { tell(error.message); }
    };
}

async function showProducts() {
    const fields = one('#search').elements, query = new URLSearchParams({ order: fields.order.value, per_page: 100 });
    if (fields.text.value) query.set('filter', JSON.stringify({ name: { contains: fields.text.value } }));
    const { products } = await call('GET', '/products?' + query);
    one('#products').replaceChildren(...products.map(product => {
        const pieces = element('input');
        Object.assign(pieces, { type: 'number', min: 0, max: 1000, name: 'pieces', ariaLabel: 'Pieces of ' + product.name });
        pieces.dataset.product = product.id;
        return element('tr', element('td', product.name), element('td', money(product.price_cents)), element('td', String(product.stock)), element('td', pieces));
    }));
}

async function showOrders() {
    const orders = user ? (await call('GET', '/users/' + user.id)).orders : [];
    one('#orders').replaceChildren(...orders.map(order => {
        const items = order.items.map(item => `${item.quantity} x ${item.product.name}`).join(', ');
        return element('li', `No. ${order.id}, ${money(order.total_cents)}: ${items}${order.note ? ' (' + order.note + ')' : ''}`);
    }));
}

async function enter(who) {
    user = who;
    one('#entry').hidden = Boolean(user);
    one('#user').hidden = !user;
    one('#user span').textContent = user ? user.name : '';
    await showOrders();
}
async function login() {
    const fields = one('#entry').elements;
    const answer = await call('POST', '/login', { email: fields.email.value, password: fields.password.value });
    fields.password.value = '';
    token = answer.token;
    await enter(answer.user);
}

one('#entry').addEventListener('submit', does(login));
one('#entry').elements.join.addEventListener('click', does(async () => {
    const { name, email, password } = one('#entry').elements;
    await call('POST', '/users', { name: name.value, email: email.value, password: password.value });
    await login();
}));
one('#user button').addEventListener('click', does(async () => {
    await call('POST', '/logout');
    token = null;
    await enter(null);
}));
one('#search').addEventListener('submit', does(showProducts));
one('#order').addEventListener('submit', does(async () => {
    const items = [...document.querySelectorAll('#products input')].filter(input => Number(input.value) > 0)
        .map(input => ({ product_id: Number(input.dataset.product), quantity: Number(input.value) }));
    const note = one('#order').elements.note.value;
    try {
        const order = await call('POST', '/orders', { items, note: note || null });
        one('#order').elements.note.value = '';
        await showOrders();
        tell(`Order ${order.id} is placed: ${money(order.total_cents)}`);
    } finally { await showProducts(); }      // the stock has changed, also when it was not enough
}));
showProducts().catch(error => tell(error.message));
