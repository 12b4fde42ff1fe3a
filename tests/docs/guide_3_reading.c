#include "guide.h"
