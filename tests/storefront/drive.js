// Stands behind page.js: uses the page as somebody would, and leaves in the document what came of it: data-driven="yes", or what went wrong.
(async () => {
    const until = async (what, test) => {
        for (let i = 0; i < 400 && !test(); i++) await new Promise(done => setTimeout(done, 25));
        if (!test()) throw new Error(`waited in vain for ${what}; the message is "${one('#message').textContent}"`);
    };
    const is = (what, is, wanted) => { if (is !== wanted) throw new Error(`${what} is "${is}", not "${wanted}"`); };
    const rows = () => [...document.querySelectorAll('#products tr')];
    const row = name => rows().find(tr => tr.cells[0].textContent === name);
    const shop = one('#order').elements, entry = one('#entry').elements;
    const submit = form => one(form).requestSubmit();
    try {
        await until('the products', () => rows().length === 5);
        is('the first product', rows()[0].cells[0].textContent, `<img src=x onerror="document.title='broken'">`);
        is('the number of images', document.images.length, 0);

        one('#search').elements.text.value = 'p';
        one('#search').elements.order.value = '-price_cents';
        submit('#search');
        await until('four products', () => rows().length === 4);
        is('the dearest', rows()[0].cells[0].textContent, 'Teapot');
        one('#search').elements.text.value = '';
        submit('#search');
        await until('all products again', () => rows().length === 5);

        row('Teapot').querySelector('input').value = 1;
        submit('#order');
        await until('the refusal', () => one('#message').textContent.includes('token'));      // nobody is logged in

        entry.name.value = '<b>Mira</b>';
        entry.email.value = 'mira@example.com';
        entry.password.value = 'correct horse';
        entry.join.click();
        await until('the login', () => !one('#user').hidden);
        is('the name', one('#user span').textContent, '<b>Mira</b>');
        is('the form', one('#entry').hidden, true);
        is('the password field', entry.password.value, '');

        row('Teapot').querySelector('input').value = 2;
        row('Cup').querySelector('input').value = 3;
        shop.note.value = '<script>document.title = "broken"</script>';
        submit('#order');
        await until('the order', () => document.querySelectorAll('#orders li').length === 1);
        await until('the smaller stock', () => row('Teapot').cells[2].textContent === '5');
        is('the order', one('#orders li').textContent.replace(/^No. [0-9]+, /, ''), '98.30: 2 x Teapot, 3 x Cup (<script>document.title = "broken"</script>)');
        is('the message', one('#message').textContent.replace(/[0-9]+ is/, 'N is'), 'Order N is placed: 98.30');

        row('Teapot').querySelector('input').value = 6;
        submit('#order');
        await until('out of stock', () => one('#message').textContent === 'Teapot: 5 left, 6 ordered');

        one('#user button').click();
        await until('the logout', () => one('#user').hidden);
        is('the number of orders', document.querySelectorAll('#orders li').length, 0);
        entry.email.value = 'mira@example.com';
        entry.password.value = 'wrong horse';
        submit('#entry');
        await until('the wrong password', () => one('#message').textContent.includes('another password'));
        entry.password.value = 'correct horse';
        submit('#entry');
        await until('the second login', () => document.querySelectorAll('#orders li').length === 1);
        is('the title', document.title, 'Storefront');
        is('the number of scripts', document.scripts.length, 1);
        document.body.dataset.driven = 'yes';
    } catch (error) { document.body.dataset.driven = error.message; }
})();
