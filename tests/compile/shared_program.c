int shared_entry(void);
int main(void) { return shared_entry(); }
